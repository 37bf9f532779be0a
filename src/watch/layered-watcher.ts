import type { FolderWatcher, MakeWatcher, Unfollowed } from '../ports/folder-watcher.ts';

/** What the first one is refused, the second one follows: the system's supply of watches is limited. */
export const layeredWatcher =
  (first: MakeWatcher, second: MakeWatcher, onRefused: (refused: Unfollowed) => void): MakeWatcher =>
  (onHint) => {
    const main = first(onHint);
    let spare: FolderWatcher | undefined;
    return {
      follow: async (folders) => {
        const unfollowed = await main.follow(folders);
        const refused = unfollowed.filter((each) => each.reason === 'refused');
        if (refused.length === 0 && !spare) return unfollowed;
        if (refused[0]) onRefused(refused[0]);
        spare ??= second(onHint);
        const rest = await spare.follow(new Set(refused.map((each) => each.folder)));
        return [...unfollowed.filter((each) => each.reason === 'missing'), ...rest];
      },
      release: (path) => {
        main.release(path);
        spare?.release(path);
      },
      close: async () => {
        await Promise.all([main.close(), spare?.close()]);
      },
    };
  };
