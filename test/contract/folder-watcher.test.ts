import { kernelWatcher } from '../../src/watch/kernel-watcher.ts';
import { layeredWatcher } from '../../src/watch/layered-watcher.ts';
import { pollingWatcher } from '../../src/watch/polling-watcher.ts';
import { portableWatcher } from '../../src/watch/portable-watcher.ts';
import { folderWatcherSuite } from './folder-watcher-suite.ts';

folderWatcherSuite('the kernel', kernelWatcher);
folderWatcherSuite('chokidar', portableWatcher);
folderWatcherSuite('one that looks by itself', pollingWatcher(20));
folderWatcherSuite(
  'one that takes over what another is refused',
  layeredWatcher(
    (onHint) => {
      const kernel = kernelWatcher(onHint);
      return {
        ...kernel,
        follow: async (folders) => [
          ...(await kernel.follow(new Set([...folders].filter((folder) => !isRefused(folder))))),
          ...[...folders].filter(isRefused).map((folder) => ({ folder, reason: 'refused' as const })),
        ],
      };
    },
    pollingWatcher(20),
    () => {},
  ),
);

/** Some folders of the suite, by their names. */
const isRefused = (folder: string): boolean => /\/(later|two|in)$/.test(folder);
