import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { WatchHint } from '../../../src/ports/folder-watcher.ts';
import { kernelWatcher } from '../../../src/watch/kernel-watcher.ts';

/** How many folders the kernel watches for this process. */
function kernelWatches(): number {
  let count = 0;
  for (const fd of readdirSync('/proc/self/fd')) {
    try {
      if (readlinkSync(`/proc/self/fd/${fd}`) !== 'anon_inode:inotify') continue;
      count += readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8').match(/^inotify /gm)?.length ?? 0;
    } catch {
      // It was the one that listed the others.
    }
  }
  return count;
}

it.runIf(process.platform === 'linux')(
  'takes one watch a folder, whatever is in it, and gives all back',
  async () => {
    const root = mkdtempSync(join(tmpdir(), 'recomp-watcher-'));
    for (let i = 0; i < 50; i++) writeFileSync(join(root, `f${i}`), '');
    const before = kernelWatches();
    const watcher = kernelWatcher(() => {});
    await watcher.follow(new Set([root]));
    expect(kernelWatches() - before).toBe(1);
    await watcher.close();
    expect(kernelWatches()).toBe(before);
    rmSync(root, { recursive: true });
  },
);

it.runIf(process.platform === 'linux')(
  'more events at once than the kernel keeps: everything counts as lost, and later ones are told again',
  async () => {
    const root = mkdtempSync(join(tmpdir(), 'recomp-watcher-'));
    const hints: WatchHint[] = [];
    let heard = (): void => {};
    const watcher = kernelWatcher((hint) => {
      hints.push(hint);
      heard();
    });
    await watcher.follow(new Set([root]));
    const queue = Number(readFileSync('/proc/sys/fs/inotify/max_queued_events', 'utf8'));
    const lost = new Promise<void>((resolve) => {
      heard = () => {
        if (hints.some((hint) => hint.kind === 'lost')) resolve();
      };
    });
    // All in one turn of the event loop: nobody reads the queue meanwhile.
    const [a, b] = [join(root, 'a'), join(root, 'b')];
    for (let i = 0; i < queue; i++) writeFileSync(i % 2 === 0 ? a : b, '');
    await lost;
    expect(hints.filter((hint) => hint.kind === 'lost')).toHaveLength(1);
    hints.length = 0;
    const again = new Promise<void>((resolve) => {
      heard = () => {
        if (hints.some((hint) => hint.kind === 'entry' && hint.name === 'c')) resolve();
      };
    });
    setImmediate(() => setImmediate(() => writeFileSync(join(root, 'c'), '')));
    await again;
    await watcher.close();
    rmSync(root, { recursive: true });
  },
);
