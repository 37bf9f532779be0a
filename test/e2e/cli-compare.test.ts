import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, inject, it } from 'vitest';
import { watchWorkspace } from '../support/watching.ts';
import { createWorkspace } from '../support/workspace.ts';

const REPOSITORY = join(import.meta.dirname, '../..');
const SAMPLE = 'samples/first-light';

it('recomp compare shows what the last round changed: names, code and validation', async () => {
  const ws = createWorkspace({ 'recomp.toml': '[tools.cc]\ncommand = "cc"\n' });
  cpSync(join(REPOSITORY, SAMPLE), join(ws.root, SAMPLE), { recursive: true });
  const build = () => ws.run(['build', `//${SAMPLE}:validate`]);
  expect(ws.run(['compare']).stderr).toContain('there are no two runs that lifted something');
  expect(build().code).toBe(0);

  const names = ws.read(`${SAMPLE}/name_map.json`);
  ws.write(`${SAMPLE}/name_map.json`, names.replace('draw_bars', 'draw_columns'));
  expect(build().code).toBe(0);
  // Nothing happens in this one: it is no round of its own.
  expect(build().code).toBe(0);

  const renamed = ws.run(['compare']);
  expect(renamed).toMatchObject({ code: 0 });
  expect(renamed.stdout).toContain('0x8000694: draw_bars is now draw_columns');
  expect(renamed.stdout).toContain('1 function of the emitted code differs');
  const page = ws.read('.recomp/rounds.html');
  expect(page).toContain('+ NAME(8000694, &quot;draw_columns&quot;)');
  expect(page).toContain('120 of 120 frames match');

  const lines = ws.read(`${SAMPLE}/reference/frames.hashes`).split('\n');
  lines[57] = (lines[57] ?? '').replace(/:(.)/, (_, digit) => `:${digit === '0' ? '1' : '0'}`);
  ws.write(`${SAMPLE}/reference/frames.hashes`, lines.join('\n'));
  expect(build().code).toBe(1);
  const failed = JSON.parse(ws.run(['compare', '--json']).stdout);
  expect(failed).toMatchObject({ names: [], functions: [], missing: [] });
  expect(failed.validations).toMatchObject([{ before: { failed: 0 }, after: { failed: 1 } }]);

  // In the loop the page follows.
  const watching = await watchWorkspace(ws, [`//${SAMPLE}:validate`, '--compare']);
  ws.write(`${SAMPLE}/name_map.json`, names.replace('draw_bars', 'draw_pillars'));
  await watching.round();
  await watching.end();
  expect(watching.stderr()).not.toContain('--compare');
  expect(ws.read('.recomp/rounds.html')).toContain('+ NAME(8000694, &quot;draw_pillars&quot;)');
  expect(ws.read('.recomp/rounds.html')).toContain('http-equiv="refresh"');

  // Who looks on need not ask for it.
  const child = spawn(process.execPath, [inject('recompBin'), 'watch', `//${SAMPLE}:validate`], {
    cwd: ws.root,
    env: ws.environment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  let rounds = 0;
  for await (const line of createInterface(child.stderr)) {
    if (!/^(good|broken) /.test(line)) continue;
    if (++rounds === 1) ws.write(`${SAMPLE}/name_map.json`, names.replace('draw_bars', 'draw_columns_again'));
    else child.kill('SIGINT');
  }
  await ended;
  expect(ws.read('.recomp/rounds.html')).toContain('+ NAME(8000694, &quot;draw_columns_again&quot;)');
});
