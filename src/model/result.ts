import type { Digest } from './digest.ts';
import type { IsolationLevel } from './isolation.ts';

/** A file inside a directory output; `path` is relative to that directory. */
export interface TreeFile {
  readonly path: string;
  readonly digest: Digest;
  readonly executable: boolean;
}

/** A relative link inside a directory output that stays inside it. */
export interface TreeLink {
  readonly path: string;
  readonly target: string;
}

/** The content of a directory, sorted by path in code-point order; empty folders are listed by path. */
export interface TreeContent {
  readonly files: readonly TreeFile[];
  readonly links: readonly TreeLink[];
  readonly emptyDirs: readonly string[];
}

interface OutputPlace {
  readonly path: string;
  /** The folder that `path` is relative to, where it is not the workspace: derived from what must not enter it, and never cached. */
  readonly home?: string;
}

export type OutputResult =
  | (OutputPlace & { readonly kind: 'file'; readonly digest: Digest; readonly executable: boolean })
  /** `rootDigest` names the root's canonical Directory message, `treeDigest` the Tree message. */
  | (OutputPlace & {
      readonly kind: 'tree';
      readonly rootDigest: Digest;
      readonly treeDigest: Digest;
      readonly content: TreeContent;
    });

/** What an action that exited with 0 left behind. */
export interface ActionResult {
  readonly outputs: readonly OutputResult[];
  readonly stdout?: Digest;
  readonly stderr?: Digest;
  readonly isolation: IsolationLevel;
  /** What the run took, for scheduling and statistics; in no key and no artifact. */
  readonly wallMs?: number;
  /** The machine and the run that made it, `host/run_id`; in no key and no artifact either. */
  readonly maker?: string;
}
