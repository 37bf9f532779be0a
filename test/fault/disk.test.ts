import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Workspace } from '../rig/model.ts';
import {
  buildReal,
  type Ended,
  firstWrong,
  furnish,
  litter,
  makePlace,
  type Place,
} from '../rig/real-build.ts';

const canMount = ((): boolean => {
  try {
    execFileSync('unshare', ['-m', 'true'], { stdio: 'ignore' });
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
})();

let place: Place;
let small: string;

beforeEach(() => {
  place = makePlace();
  small = `${place.folder}/small`;
  mkdirSync(small);
  if (canMount) execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', small]);
});
afterEach(() => {
  if (canMount) execFileSync('umount', ['-l', small]);
  place.remove();
});

/** Leaves so many bytes free. */
function fill(free: number): void {
  rmSync(`${small}/filler`, { force: true });
  const { bsize, bavail } = statfsSync(small);
  writeFileSync(`${small}/filler`, Buffer.alloc(Math.max(0, bsize * bavail - free)));
}

async function build(root: string): Promise<Ended> {
  const ended = await buildReal({ root, cache: place.cache });
  expect(ended.stderr, 'a stack is for bugs').not.toMatch(/\n\s+at /);
  return ended;
}

describe.skipIf(!canMount)('a full disk', () => {
  it('below the workspace: the build fails as the machine, says so, and is made good when there is room', {
    timeout: 300_000,
  }, async () => {
    const workspace = new Workspace(`${small}/ws`);
    furnish(workspace);
    let failed = 0;
    for (let free = 0; free <= 160 * 1024; free += 8 * 1024) {
      for (const name of ['.recomp', 'recomp-out'])
        rmSync(`${workspace.root}/${name}`, { recursive: true, force: true });
      fill(free);
      const { code, stderr } = await build(workspace.root);
      if (code === 0) {
        expect(firstWrong(workspace), `${free} free`).toBeUndefined();
        continue;
      }
      failed++;
      expect({ code, free, stderr }).toMatchObject({ code: 4 });
      expect(stderr).toContain('disk is full');
      rmSync(`${small}/filler`);
      const again = await build(workspace.root);
      expect(again.code, again.stderr).toBe(0);
      expect(firstWrong(workspace), `${free} free`).toBeUndefined();
      expect(litter(workspace)).toEqual([]);
    }
    expect(failed).toBeGreaterThan(3);
  });

  it('during an edit: what was there stays right or is made again', { timeout: 300_000 }, async () => {
    const workspace = new Workspace(`${small}/ws`);
    furnish(workspace);
    expect((await build(workspace.root)).code).toBe(0);
    for (let free = 0; free <= 64 * 1024; free += 8 * 1024) {
      workspace.write('p/a.txt', { content: `ash w${free}\n`, executable: false });
      fill(free);
      const { code, stderr } = await build(workspace.root);
      expect([0, 4], stderr).toContain(code);
      if (code === 0) expect(firstWrong(workspace), `${free} free`).toBeUndefined();
      rmSync(`${small}/filler`);
      expect((await build(workspace.root)).code).toBe(0);
      expect(firstWrong(workspace), `${free} free, then room`).toBeUndefined();
    }
  });
});
