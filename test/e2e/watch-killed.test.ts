import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { watchWorkspace } from '../support/watching.ts';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

const FILES = ['a', 'b', 'c', 'd'];

const BUILD = [
  ...FILES.map(
    (name) =>
      `[[target]]\nname = "${name}"\nrule = "command"\nsrcs = ["${name}.in"]\nouts = ["${name}.out"]\nshell = "tr a-z A-Z < $SRCS > $OUT"\n`,
  ),
  `[[target]]\nname = "sum"\nrule = "command"\ndeps = [${FILES.map((name) => `":${name}"`).join(', ')}]\nouts = ["sum.out"]\nshell = "cat $DEPS > $OUT"\n`,
].join('');

const workspace = (): TestWorkspace =>
  createWorkspace({
    'recomp.toml': '[workspace]\nname = "killed"\n',
    'BUILD.toml': BUILD,
    ...Object.fromEntries(FILES.map((name) => [`${name}.in`, `${name}\n`])),
  });

function expectRight(ws: TestWorkspace, why: string): void {
  const built = ws.run(['build', '//...']);
  expect(built.code, built.stderr).toBe(0);
  const text = FILES.map((name) => ws.read(`${name}.in`).toUpperCase()).join('');
  expect(ws.read('recomp-out/sum.out'), why).toBe(text);
  expect(ws.run(['build', '//...']).stderr, why).toContain('5 actions up to date');
}

it('leaves what a build can go on from, whenever it is killed', async () => {
  const ws = workspace();
  for (const event of ['round.started', 'action.started', 'action.completed', 'round.completed']) {
    const watching = await watchWorkspace(ws);
    ws.write('a.in', `${event}\n`);
    await watching.round();
    ws.write('b.in', `${event}\n`);
    await watching.next(event);
    await watching.end('SIGKILL');
    expectRight(ws, `killed at ${event}`);
  }
});

it('writes little for a round, and any state that it has left on the way is one to go on from', async () => {
  const ws = workspace();
  const watching = await watchWorkspace(ws);
  const folder = join(ws.root, '.recomp/state');
  const name = readdirSync(folder).find((file) => file.endsWith('.seen')) ?? '';
  const table = join(folder, name);
  const beside = join(folder, name.replace('.seen', '.traces'));
  const traces = readFileSync(beside);
  const states = [readFileSync(table)];
  // The last of them bring back what was there at first.
  const edits = ['a0', 'b1', 'c2', 'a3', 'b4', 'aa', 'bb'];
  for (const [file, text] of edits) {
    ws.write(`${file}.in`, `${text}\n`);
    await watching.round();
    states.push(readFileSync(table));
  }
  await watching.end('SIGKILL');
  expect(readFileSync(beside).equals(traces)).toBe(true);
  states.forEach((state, i) => {
    const next = states[i + 1];
    if (next) expect(next.subarray(0, state.length).equals(state), `state ${i}`).toBe(true);
  });
  for (const [i, state] of [...states.entries()].reverse()) {
    writeFileSync(table, state);
    if (i % 3 === 1) ws.write('d.in', `after ${i}\n`);
    if (i % 3 === 2) ws.remove('recomp-out/c.out');
    expectRight(ws, `state ${i}`);
  }
});
