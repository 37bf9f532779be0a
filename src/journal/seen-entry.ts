export type SeenKind = 'load' | 'source' | 'output';

export interface SeenEntry {
  /** Absolute, or relative to the workspace. */
  readonly path: string;
  readonly kind: SeenKind;
  /**
   * `file`: unchanged content. `dir`: unchanged list of entries, but for folders that no workspace has to do with; `whole-dir`: of
   * all entries. `is-file`, `is-dir`, `missing`: still that. Outputs are looked at themselves; elsewhere links are followed.
   */
  readonly type: 'file' | 'dir' | 'whole-dir' | 'is-file' | 'is-dir' | 'missing';
  /** What is known of it; absent: it is looked at now. */
  readonly signature?: Signature;
  /** Never trusted: hashed so soon after its last change that an edit could hide behind an equal signature. */
  readonly doubtful?: boolean;
  /** Of a folder: the number of the entries that were read (`listingNumber`); absent: they are read now. */
  readonly listing?: number;
  /** It was read, and so was there: if it is gone by now, that is a change. */
  readonly wasThere?: boolean;
  /** Where it is looked at only now: doubtful if it changed after this (ms since the epoch). */
  readonly youngAfter?: number;
  /** Numbers of the actions that have to do with it; free for the caller. */
  readonly users?: readonly number[];
  /** Taken over from an older table as it stood there. */
  readonly held?: { readonly code: number; readonly words: Float64Array };
}

export interface Signature {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
  readonly mode: number;
}
