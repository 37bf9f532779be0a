import type { MakeWatcher } from '../../ports/folder-watcher.ts';
import { kernelWatcher } from '../../watch/kernel-watcher.ts';
import { layeredWatcher } from '../../watch/layered-watcher.ts';
import { pollingWatcher } from '../../watch/polling-watcher.ts';

/** How often everything is looked at when the system has no watch left for a folder. */
const SPARE_POLL_MS = 1000;

/** The kernel's reports where they can be had; on other systems than Linux chokidar, which knows them. */
export async function chooseWatcher(
  pollMs: number | undefined,
  onWarning: (message: string) => void,
): Promise<MakeWatcher> {
  if (pollMs !== undefined) return pollingWatcher(pollMs);
  if (process.platform !== 'linux') return (await import('../../watch/portable-watcher.ts')).portableWatcher;
  return layeredWatcher(kernelWatcher, pollingWatcher(SPARE_POLL_MS), ({ folder, detail }) =>
    onWarning(
      `the system watches no more folders (${folder}: ${detail}), and everything is looked at every second instead; sysctl fs.inotify.max_user_watches and max_user_instances set the limit`,
    ),
  );
}
