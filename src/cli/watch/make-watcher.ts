import type { MakeWatcher } from '../../ports/folder-watcher.ts';
import { kernelWatcher } from '../../watch/kernel-watcher.ts';
import { layeredWatcher } from '../../watch/layered-watcher.ts';

/** How often folders are looked at that the system has no watch left for. */
const SPARE_POLL_MS = 1000;

/** The kernel's reports where they can be had; else chokidar, which knows other systems and can look by itself. */
export async function chooseWatcher(
  pollMs: number | undefined,
  onWarning: (message: string) => void,
): Promise<MakeWatcher> {
  const portable = async (every: number | undefined): Promise<MakeWatcher> => {
    const { portableWatcher } = await import('../../watch/portable-watcher.ts');
    return portableWatcher(every === undefined ? {} : { pollMs: every });
  };
  if (pollMs !== undefined) return portable(pollMs);
  if (process.platform !== 'linux') return portable(undefined);
  return layeredWatcher(
    kernelWatcher,
    () => portable(SPARE_POLL_MS),
    ({ folder, detail }) =>
      onWarning(
        `the system watches no more folders (${folder}: ${detail}), and they are looked at every second instead; sysctl fs.inotify.max_user_watches and max_user_instances set the limit`,
      ),
  );
}
