import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Whether git has a file, or would take it with the next `git add`: everything of a work tree that is not ignored. */
export function gitTracks(path: string): boolean {
  const real = realOrSelf(path);
  const tree = workTreeOf(dirname(real));
  if (tree === undefined) return false;
  const { status } = spawnSync('git', ['-C', tree, 'check-ignore', '-q', '--', real], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], LC_ALL: 'C' },
    stdio: 'ignore',
  });
  // 1: not ignored. Anything but 0 is an answer that cannot be trusted to mean "ignored".
  return status !== 0;
}

/** Of the nearest existing folder: what is to be made is not there yet. */
function realOrSelf(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const parent = dirname(path);
  return parent === path ? path : join(realOrSelf(parent), path.slice(parent.length).replace(/^\/+/, ''));
}

/** The work tree that a folder lies in, and the file of it that changes whenever git takes something in. */
export function workTreeOf(folder: string): string | undefined {
  for (let dir = folder; ; dir = dirname(dir)) {
    if (existsSync(join(dir, '.git'))) return dir;
    if (dirname(dir) === dir) return undefined;
  }
}
