import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SlotExecutor } from '../../src/sandbox/slot-executor.ts';
import { complete, shell } from '../contract/executor-common.ts';

const canMount = ((): boolean => {
  try {
    execFileSync('unshare', ['-m', 'true'], { stdio: 'ignore' });
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
})();

describe.skipIf(!canMount)('where actions run there is no room left', () => {
  let small: string;
  beforeEach(() => {
    small = mkdtempSync(join(tmpdir(), 'recomp-small-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=20m', 'tmpfs', small]);
  });
  afterEach(() => {
    execFileSync('umount', ['-l', small]);
    rmSync(small, { recursive: true, force: true });
  });

  const run = async (script: string) => {
    const executor = new SlotExecutor({ folder: `${small}/slots` });
    try {
      const request = complete({ ...shell(script), outputs: [{ path: 'recomp-out/a', tree: false }] });
      const outcome = await executor.run(request, new AbortController().signal);
      outcome.release();
      return outcome.end;
    } finally {
      await executor.close();
    }
  };

  it('and that is told as such, whether the action leaves its half or takes it away', async () => {
    const fill = 'head -c 40000000 /dev/zero > recomp-out/a';
    for (const script of [
      fill,
      `${fill} || { rm recomp-out/a; echo "No space left on device" >&2; head -c 8000000 /dev/zero > recomp-out/a; exit 2; }`,
    ]) {
      expect(await run(script)).toMatchObject({
        kind: 'sandbox-failed',
        message: expect.stringContaining(`no room is left where actions run: ${small}`),
        help: expect.stringContaining('--jobs'),
      });
    }
  });

  it('but not of an action that fails for reasons of its own', async () => {
    expect(await run('exit 3')).toEqual({ kind: 'exited', code: 3 });
  });
});
