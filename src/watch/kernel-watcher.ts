import { type FSWatcher, readFileSync, watch } from 'node:fs';
import { basename } from 'node:path';
import type { FolderWatcher, MakeWatcher, Unfollowed, WatchHint } from '../ports/folder-watcher.ts';

/**
 * One kernel watch a folder (inotify), however many files are in it: nothing is asked while nothing happens.
 *
 * Node tells nobody when the kernel's queue was full and events were dropped. But a queue that was full is read at one go, and so
 * shows as a burst of at least its length within one turn of the event loop: from half of that on, everything counts as lost.
 */
export const kernelWatcher: MakeWatcher = (onHint) => {
  const followed = new Map<string, FSWatcher>();
  const burst = burstCounter(burstLimit(), () => onHint({ kind: 'lost' }));

  const letGo = (folder: string): void => {
    followed.get(folder)?.close();
    followed.delete(folder);
  };
  const hear = (folder: string, event: string, name: string | null): void => {
    if (burst.isLost()) return;
    for (const hint of hintsOf(folder, event, name)) onHint(hint);
  };
  const start = (folder: string): Unfollowed | undefined => {
    try {
      const watcher = watch(folder, (event, name) => hear(folder, event, name));
      // The folder may vanish in this moment; whoever watches what is above it hears of that.
      watcher.on('error', () => letGo(folder));
      followed.set(folder, watcher);
      return undefined;
    } catch (error) {
      return unfollowed(folder, error);
    }
  };
  return {
    follow: async (folders) => {
      for (const folder of [...followed.keys()]) if (!folders.has(folder)) letGo(folder);
      return [...folders].flatMap((folder) => (followed.has(folder) ? [] : (start(folder) ?? [])));
    },
    release: (path) => {
      for (const folder of [...followed.keys()])
        if (path === '/' || folder === path || folder.startsWith(`${path}/`)) letGo(folder);
    },
    close: async () => {
      burst.close();
      for (const folder of [...followed.keys()]) letGo(folder);
    },
  } satisfies FolderWatcher;
};

/** What happens to a folder itself comes under its own name, which an entry of it may have as well. */
function hintsOf(folder: string, event: string, name: string | null): WatchHint[] {
  if (name === null) return [{ kind: 'gone', folder }];
  const entry: WatchHint = { kind: 'entry', folder, name };
  return event === 'rename' && name === basename(folder) ? [entry, { kind: 'gone', folder }] : [entry];
}

function unfollowed(folder: string, error: unknown): Unfollowed {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT' || code === 'ENOTDIR') return { folder, reason: 'missing' };
  return { folder, reason: 'refused', detail: error instanceof Error ? error.message : String(error) };
}

interface Burst {
  /** Counts one event; true: there are so many that some may be missing, which has been said. */
  isLost(): boolean;
  close(): void;
}

/** Counts what comes without the event loop getting round. */
function burstCounter(limit: number, onLost: () => void): Burst {
  let count = 0;
  let turn: NodeJS.Immediate | undefined;
  return {
    isLost() {
      count++;
      turn ??= setImmediate(() => {
        count = 0;
        turn = undefined;
      });
      if (count === limit) onLost();
      return count >= limit;
    },
    close: () => clearImmediate(turn),
  };
}

const LIMIT_FILE = '/proc/sys/fs/inotify/max_queued_events';

/** From here on a look at everything costs less than a look at each. */
const MANY = 4096;

function burstLimit(): number {
  try {
    const queue = Number(readFileSync(LIMIT_FILE, 'utf8'));
    return Number.isFinite(queue) && queue > 1 ? Math.min(MANY, Math.ceil(queue / 2)) : MANY;
  } catch {
    return MANY;
  }
}
