import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildReal, firstWrong, furnish, lastTotals, litter, makePlace, type Place, processesWith, startBuild, until } from '../rig/real-build.ts';

const hasStrace = ((): boolean => {
  try {
    execFileSync('strace', ['-qq', '-o', '/dev/null', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/** What changes files or tells somebody something. */
const CALLS = 'write,pwrite64,rename,renameat,renameat2,link,linkat,unlink,unlinkat,rmdir,mkdir,mkdirat,symlink,ftruncate,fchmod,chmod,utimensat,copy_file_range';

let place: Place;
beforeEach(() => {
  place = makePlace();
  furnish(place.workspace);
});
afterEach(() => place.remove());

const killedAt = (call: number): Promise<{ signal: string | null; code: number | null }> =>
  buildReal({
    root: place.workspace.root,
    cache: place.cache,
    prefix: ['strace', '-qq', '-o', '/dev/null', '-e', `trace=${CALLS}`, '-e', `inject=${CALLS}:signal=SIGKILL:when=${call}`],
  });

async function recover(after: string): Promise<void> {
  const { workspace, cache } = place;
  const again = await buildReal({ root: workspace.root, cache });
  expect(again.code, `${after}\n${again.stderr}`).toBe(0);
  expect(firstWrong(workspace), after).toBeUndefined();
  expect(litter(workspace), after).toEqual([]);
}

/** Whatever a killed build has put into the cache, elsewhere it must give the same bytes. */
async function elsewhere(after: string): Promise<void> {
  const copy = place.workspace.copyTo(`${place.folder}/elsewhere`);
  const built = await buildReal({ root: copy.root, cache: place.cache });
  expect(built.code, after).toBe(0);
  expect(firstWrong(copy), after).toBeUndefined();
  rmSync(copy.root, { recursive: true });
}

const LONG = process.env['RECOMP_LONG'] === '1';
const STEP = LONG ? 1 : 23;

describe.skipIf(!hasStrace)('killed at any of its system calls that change something', () => {
  it('a first build is made good by the next one', async () => {
    const { workspace, cache } = place;
    let ended = 0;
    for (let call = 1; ended < 2; call += STEP) {
      for (const path of [cache, `${workspace.root}/.recomp`, `${workspace.root}/recomp-out`]) rmSync(path, { recursive: true, force: true });
      const { code } = await killedAt(call);
      if (code === 0) ended++;
      await recover(`killed at call ${call}`);
      if (call % 3 === 0) await elsewhere(`killed at call ${call}`);
    }
  }, 1_800_000);

  it('a build after an edit is made good by the next one, which runs no more than is left', async () => {
    const { workspace } = place;
    await recover('first');
    let ended = 0;
    for (let call = 1; ended < 2; call += STEP) {
      workspace.write('p/a.txt', { content: `ash oak\n# ${call}\n${call % 2 === 0 ? 'elm' : 'fir'}${call}\n`, executable: false });
      const { code } = await killedAt(call);
      if (code === 0) ended++;
      await recover(`killed at call ${call}`);
      expect(lastTotals(workspace)['total']).toBe(5);
      if (call % 3 === 0) await elsewhere(`killed at call ${call}`);
      await recover(`nothing changed after ${call}`);
      expect(lastTotals(workspace)['up_to_date'], `nothing changed after ${call}`).toBe(5);
    }
  }, 1_800_000);
});

it.each(['auto', 'off'])('a killed build leaves no process behind (sandbox %s)', async (sandbox) => {
  const { workspace, cache } = place;
  const marker = `recomp-marker-${process.pid}-${sandbox}`;
  const [first] = workspace.targets;
  if (!first) throw new Error('no target');
  workspace.setTargets([{ ...first, deps: [] }]);
  const { root } = workspace;
  const { writeFileSync } = await import('node:fs');
  writeFileSync(`${root}/p/BUILD.toml`, `[[target]]\nname = "hang"\nrule = "command"\nouts = ["h"]\nshell = "sleep 600 & (setsid sh -c 'sleep 601; : ${marker}'); : ${marker}"\n`);
  const running = startBuild({ root, cache, args: ['build', '//...', `--sandbox=${sandbox}`] });
  await until(() => processesWith(marker).length > 0, 'the action starts');
  running.process.kill('SIGKILL');
  await running.ended;
  await until(() => processesWith(marker).length === 0, 'its processes end', 15_000);
});

it('what a killed build kept in memory or on disk to run actions in is swept by the next one', async () => {
  const { workspace, cache } = place;
  const { root } = workspace;
  const before = sandboxes();
  const running = startBuild({ root, cache });
  await running.says('[');
  running.process.kill('SIGKILL');
  await running.ended;
  await recover('killed');
  await until(() => sandboxes().every((name) => before.includes(name)), `left over: ${sandboxes().join(' ')}`, 5000);
});

function sandboxes(): string[] {
  const found: string[] = [];
  for (const folder of [`/dev/shm/recomp-${process.getuid?.() ?? 0}`, place.workspace.root && `${place.workspace.root}/.recomp/state/sandbox`]) {
    try {
      found.push(...readdirSync(folder).map((name) => `${folder}/${name}`));
    } catch {
      // Not there.
    }
  }
  return found;
}
