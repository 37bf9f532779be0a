import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  buildReal,
  firstWrong,
  furnish,
  lastTotals,
  litter,
  makePlace,
  type Place,
  processesWith,
  startBuild,
  until,
} from '../rig/real-build.ts';
import { atRest } from '../support/processes.ts';

const hasStrace = ((): boolean => {
  try {
    execFileSync('strace', ['-qq', '-o', '/dev/null', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/** What changes files or tells somebody something. */
const CALLS = [
  ...['write', 'pwrite64', 'rename', 'renameat2', 'link', 'unlink', 'rmdir', 'mkdir', 'symlink', 'ftruncate'],
  ...['fchmod', 'chmod', 'utimensat', 'utime', 'copy_file_range', 'openat', 'close'],
];

let place: Place;
beforeEach(() => {
  place = makePlace();
  furnish(place.workspace);
});
afterEach(() => place.remove());

async function killedAt(kind: string, call: number): Promise<number | null> {
  const prefix = [
    'strace',
    '-qq',
    '-o',
    '/dev/null',
    '-e',
    `trace=${kind}`,
    '-e',
    `inject=${kind}:signal=SIGKILL:when=${call}`,
  ];
  const { code, stderr } = await buildReal({ root: place.workspace.root, cache: place.cache, prefix });
  expect([0, null, 137], stderr).toContain(code);
  return code;
}

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
/** The nth of one kind of call: every one, or ever fewer. */
const next = (n: number): number => (LONG ? n + 1 : n * 4);
const KINDS = LONG ? CALLS : ['write', 'rename', 'mkdir'];

describe.skipIf(!hasStrace)('killed at any of its system calls that change something', () => {
  it.each(KINDS)('a first build is made good by the next one: %s', { timeout: 1_800_000 }, async (kind) => {
    const { workspace, cache } = place;
    for (let call = 1, code: number | null = null; code !== 0; call = next(call)) {
      for (const path of [cache, `${workspace.root}/.recomp`, `${workspace.root}/recomp-out`])
        rmSync(path, { recursive: true, force: true });
      code = await killedAt(kind, call);
      await recover(`killed at ${kind} ${call}`);
      if (call % 3 === 0) await elsewhere(`killed at ${kind} ${call}`);
    }
  });

  it.each(KINDS)(
    'a build after an edit is made good by the next one: %s',
    { timeout: 1_800_000 },
    async (kind) => {
      const { workspace } = place;
      await recover('first');
      for (let call = 1, code: number | null = null; code !== 0; call = next(call)) {
        workspace.write('p/a.txt', {
          content: `ash oak\n# ${call}\n${call % 2 === 0 ? 'elm' : 'fir'}${call}\n`,
          executable: false,
        });
        code = await killedAt(kind, call);
        await recover(`killed at ${kind} ${call}`);
        expect(lastTotals(workspace)['total']).toBe(5);
        if (call % 3 === 0) await elsewhere(`killed at ${kind} ${call}`);
        await recover(`nothing changed after ${kind} ${call}`);
        expect(lastTotals(workspace)['up_to_date'], `nothing changed after ${kind} ${call}`).toBe(5);
      }
    },
  );
});

it.each(['auto', 'off'])('a killed build leaves no process behind (sandbox %s)', async (sandbox) => {
  const { workspace, cache } = place;
  const marker = `recomp-marker-${process.pid}-${sandbox}`;
  const { root } = workspace;
  // Without a namespace nothing can hold what makes itself a session of its own.
  const second = `${sandbox === 'off' ? '' : 'setsid '}sh -c 'sleep 50000; : ${marker}'`;
  writeFileSync(
    `${root}/p/BUILD.toml`,
    `[[target]]\nname = "hang"\nrule = "command"\nouts = ["h"]\nshell = "sh -c 'sleep 51000; : ${marker}' & ${second}; : ${marker}"\n`,
  );
  const running = startBuild({ root, cache, args: ['build', '//...', `--sandbox=${sandbox}`] });
  await until(
    () => processesWith(marker).length > 0 && childrenOf(running.process.pid) >= 2,
    'the action and its guard start',
  );
  await atRest(running.process.pid ?? -1);
  running.process.kill('SIGKILL');
  await running.ended;
  await until(() => processesWith(marker).length === 0, 'its processes end');
});

/** The shell that runs actions, and the one that ends it when recomp is gone. */
const childrenOf = (parent: number | undefined): number =>
  readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8')
    .split(' ')
    .filter((pid) => pid !== '').length;

it('what a killed build kept in memory or on disk to run actions in is swept by the next one', async () => {
  const { workspace, cache } = place;
  const { root } = workspace;
  const running = startBuild({ root, cache });
  await running.says('[');
  running.process.kill('SIGKILL');
  await running.ended;
  await recover('killed');
  await until(() => sandboxesOf(running.process.pid).length === 0, 'nothing of it is left over');
});

/** Others build on this machine too. */
function sandboxesOf(pid: number | undefined): string[] {
  const folders = [
    `/dev/shm/recomp-${process.getuid?.() ?? 0}`,
    `${place.workspace.root}/.recomp/state/sandbox`,
  ];
  return folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => name.startsWith(`p${pid}-`))
        .map((name) => `${folder}/${name}`),
    );
}
