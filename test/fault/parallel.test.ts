import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Workspace } from '../rig/model.ts';
import {
  buildReal,
  firstWrong,
  furnish,
  lastTotals,
  makePlace,
  type Place,
  startBuild,
} from '../rig/real-build.ts';

let place: Place;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place.remove());

it('eight processes on one cache, two for each workspace, make what one makes', {
  timeout: 300_000,
}, async () => {
  const spaces = [0, 1, 2, 3].map((i) => new Workspace(`${place.folder}/ws${i}`));
  for (const workspace of spaces) furnish(workspace);
  for (let round = 0; round < 4; round++) {
    spaces.forEach((workspace, i) => {
      // Two of them ask for the same, the others for their own.
      workspace.write('p/a.txt', {
        content: `ash r${round} ${i < 2 ? 'same' : `w${i}`}\n`,
        executable: false,
      });
    });
    const builds = [...spaces, ...spaces].map((workspace) =>
      buildReal({ root: workspace.root, cache: place.cache }),
    );
    for (const { code, stderr } of await Promise.all(builds)) expect(code, stderr).toBe(0);
    for (const workspace of spaces) expect(firstWrong(workspace)).toBeUndefined();
  }
  for (const workspace of spaces) {
    const { code } = await buildReal({ root: workspace.root, cache: place.cache });
    expect([code, lastTotals(workspace)['up_to_date']]).toEqual([0, 5]);
  }
  const verified = await buildReal({
    root: spaces[0]?.root ?? '',
    cache: place.cache,
    args: ['cache', 'verify'],
  });
  expect(verified.code, verified.stderr).toBe(0);
});

/** An action that begins, waits to be let go on, and ends: by a pipe that both sides know. */
function heldTarget(workspace: Workspace): { started: () => Promise<void>; letGo: () => Promise<void> } {
  const [begun, go] = [`${place.folder}/begun`, `${place.folder}/go`];
  execFileSync('mkfifo', [begun, go]);
  workspace.write('p/a.txt', { content: 'old\n', executable: false });
  workspace.setTargets([]);
  const shell = `echo > ${begun}; read line < ${go}; cat $SRCS > $OUT`;
  writeFileSync(
    `${workspace.root}/p/BUILD.toml`,
    `[[target]]\nname = "held"\nrule = "command"\nsrcs = ["a.txt"]\nouts = ["o"]\nshell = ${JSON.stringify(shell)}\n`,
  );
  return {
    started: async () => {
      const pipe = await open(begun, 'r');
      await pipe.read(Buffer.alloc(1));
      await pipe.close();
    },
    letGo: async () => {
      const pipe = await open(go, 'w');
      await pipe.write('\n');
      await pipe.close();
    },
  };
}

const OFF = ['build', '//...', '--sandbox=off'];

it('a second build of one workspace says whom it waits for, and then has nothing to do', async () => {
  const { workspace, cache } = place;
  const { root } = workspace;
  const held = heldTarget(workspace);
  const first = startBuild({ root, cache, args: OFF });
  await held.started();
  const second = startBuild({ root, cache, args: OFF });
  await second.says(`process ${first.process.pid}`);
  await held.letGo();
  expect((await first.ended).code).toBe(0);
  const { code, stderr } = await second.ended;
  expect(code, stderr).toBe(0);
  expect(lastTotals(workspace)).toMatchObject({ executed: 0, up_to_date: 1 });
  expect(readFileSync(`${root}/recomp-out/p/o`, 'utf8')).toBe('old\n');
});

it('an input that is edited while its action runs is built anew, and nothing false is kept', async () => {
  const { workspace, cache } = place;
  const { root } = workspace;
  const held = heldTarget(workspace);
  const build = startBuild({ root, cache, args: OFF });
  await held.started();
  workspace.write('p/a.txt', { content: 'new\n', executable: false });
  await held.letGo();
  await held.started();
  await held.letGo();
  expect((await build.ended).code).toBe(0);
  expect(readFileSync(`${root}/recomp-out/p/o`, 'utf8')).toBe('new\n');
  // What the first attempt made must not pass for the old content's result.
  workspace.write('p/a.txt', { content: 'old\n', executable: false });
  const again = startBuild({ root, cache, args: OFF });
  await held.started();
  await held.letGo();
  expect((await again.ended).code).toBe(0);
  expect(readFileSync(`${root}/recomp-out/p/o`, 'utf8')).toBe('old\n');
});
