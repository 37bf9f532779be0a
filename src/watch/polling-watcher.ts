import { existsSync } from 'node:fs';
import type { FolderWatcher, WatchHint } from '../ports/folder-watcher.ts';

/**
 * Hears nothing, and says every so often that anything may have happened: who is told looks at what it knows, which is less than
 * all that lies in the folders.
 */
export const pollingWatcher =
  (everyMs: number) =>
  (onHint: (hint: WatchHint) => void): FolderWatcher => {
    let timer: NodeJS.Timeout | undefined;
    return {
      follow: async (folders) => {
        clearInterval(timer);
        timer = folders.size === 0 ? undefined : setInterval(() => onHint({ kind: 'lost' }), everyMs);
        return [...folders]
          .filter((folder) => !existsSync(folder))
          .map((folder) => ({ folder, reason: 'missing' }));
      },
      release: () => {},
      close: async () => clearInterval(timer),
    };
  };
