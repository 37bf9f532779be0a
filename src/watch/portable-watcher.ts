import { statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type FSWatcher, watch } from 'chokidar';
import type { FolderWatcher, Unfollowed, WatchHint } from '../ports/folder-watcher.ts';

/** Over chokidar, which knows every platform. It follows each file of a folder, so that it is for where that is the only way. */
export const portableWatcher = (onHint: (hint: WatchHint) => void): FolderWatcher => {
  const followed = new Map<string, FSWatcher>();
  let ending: Promise<unknown> = Promise.resolve();

  const letGo = (folder: string): void => {
    const watcher = followed.get(folder);
    followed.delete(folder);
    if (watcher) ending = Promise.all([ending, watcher.close()]);
  };
  const start = async (folder: string): Promise<Unfollowed | undefined> => {
    if (!isFolder(folder)) return { folder, reason: 'missing' };
    const watcher = watch(folder, {
      depth: 0,
      ignoreInitial: true,
      followSymlinks: false,
    });
    followed.set(folder, watcher);
    // Not at once: who hears of it may close this, which chokidar does not bear while it tells.
    const tell = (path: string): void =>
      queueMicrotask(() => followed.has(folder) && onHint(hintOf(folder, path)));
    watcher.on('all', (_event, path) => tell(path));
    // What it heard itself: it keeps back what looks to it like nothing new.
    watcher.on('raw', (_event, path, details) => tell(rawPath(folder, path, details)));
    return new Promise((resolve) => {
      watcher.once('ready', () => resolve(undefined));
      watcher.on('error', (error) => {
        letGo(folder);
        resolve({ folder, reason: 'refused', detail: String(error) });
      });
    });
  };
  return {
    follow: async (folders) => {
      for (const folder of [...followed.keys()]) if (!folders.has(folder)) letGo(folder);
      const fresh = [...folders].filter((folder) => !followed.has(folder));
      return (await Promise.all(fresh.map(start))).flatMap((problem) => problem ?? []);
    },
    release: (path) => {
      for (const folder of [...followed.keys()])
        if (path === '/' || folder === path || folder.startsWith(`${path}/`)) letGo(folder);
    },
    close: async () => {
      for (const folder of [...followed.keys()]) letGo(folder);
      await ending;
    },
  };
};

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

const hintOf = (folder: string, path: string): WatchHint =>
  path === folder ? { kind: 'gone', folder } : { kind: 'entry', folder: dirname(path), name: basename(path) };

/** It comes by a name and by what was followed. */
function rawPath(folder: string, path: string, details: unknown): string {
  const watched =
    typeof details === 'object' && details !== null && 'watchedPath' in details
      ? details.watchedPath
      : undefined;
  if (typeof watched !== 'string') return path;
  return watched === folder && path !== folder ? join(folder, path) : watched;
}
