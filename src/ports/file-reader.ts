/** What a path inside the workspace is, links that stay inside followed. */
export type PathKind = 'file' | 'dir' | 'missing' | 'leaves-workspace' | 'in-outputs' | 'other';

export interface FolderEntry {
  readonly name: string;
  /** Links are not followed here. */
  readonly kind: 'file' | 'dir' | 'link' | 'other';
}

export type TextRead =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: TextProblem; readonly detail?: string };

export type TextProblem =
  | 'missing'
  | 'too-large'
  | 'unreadable'
  | 'not-utf8'
  | 'not-a-file'
  | 'leaves-workspace';

/** Read access to a workspace. All paths are relative to its root, with `/`; the root is the empty string. */
export interface WorkspaceReader {
  /** Absolute: for what is named from within and lies outside. */
  readonly root: string;
  /** A leading byte order mark is dropped. */
  readText(path: string, maxBytes: number): TextRead;
  /** Sorted by name; absent: not a folder inside the workspace, or not readable. */
  list(dir: string): readonly FolderEntry[] | undefined;
  kind(path: string): PathKind;
}

/**
 * What was looked at: a file's content (`file`), a folder's entries (`dir`), that nothing was there (`missing`), or only
 * what kind of thing was there (`is-file`, `is-dir`). While none of it changes, reading again gives the same.
 */
export type Observation = 'file' | 'dir' | 'missing' | 'is-file' | 'is-dir';

export interface RecordingReader extends WorkspaceReader {
  readonly observations: ReadonlyMap<string, Observation>;
}
