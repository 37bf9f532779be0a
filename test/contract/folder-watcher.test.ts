import { kernelWatcher } from '../../src/watch/kernel-watcher.ts';
import { layeredWatcher } from '../../src/watch/layered-watcher.ts';
import { portableWatcher } from '../../src/watch/portable-watcher.ts';
import { folderWatcherSuite } from './folder-watcher-suite.ts';

folderWatcherSuite('the kernel', kernelWatcher);
folderWatcherSuite('chokidar, told by the system', portableWatcher({}));
folderWatcherSuite('chokidar, which looks by itself', portableWatcher({ pollMs: 20 }));
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
    async () => portableWatcher({ pollMs: 20 }),
    () => {},
  ),
);

/** Every other folder, by its name. */
const isRefused = (folder: string): boolean =>
  folder.endsWith('later') || folder.endsWith('two') || folder.endsWith('in');
