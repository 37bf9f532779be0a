/** Something may have happened there: a hint, never a proof. `lost`: and nobody knows what else, or where. */
export type WatchHint =
  | { readonly kind: 'entry'; readonly folder: string; readonly name: string }
  /** The folder itself is gone, or another one stands in its place. */
  | { readonly kind: 'gone'; readonly folder: string }
  | { readonly kind: 'lost' };

/** Why a folder is not followed. */
export interface Unfollowed {
  readonly folder: string;
  readonly reason: 'missing' | 'refused';
  readonly detail?: string;
}

/** Tells what happens to the entries of folders, not of those below them. All paths are absolute. */
export interface FolderWatcher {
  /** Exactly these from now on. Whatever happens after this has resolved is told, but for those it answers with. */
  follow(folders: ReadonlySet<string>): Promise<readonly Unfollowed[]>;
  /** What is at this path, or below it, may be another by now: it is let go, until `follow` asks for it again. */
  release(path: string): void;
  close(): Promise<void>;
}

export type MakeWatcher = (onHint: (hint: WatchHint) => void) => FolderWatcher;
