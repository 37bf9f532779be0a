import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

const MANY = 1_000;
const groups = Array.from(
  { length: MANY },
  (_, i) => `[[target]]\nname = "g${i}"\nrule = "filegroup"\nsrcs = ["in"]\n`,
).join('');
const MADE =
  '[[target]]\nname = "made"\nrule = "command"\nsrcs = ["in"]\nouts = ["out"]\nshell = "cat $SRCS > $OUT"\n';

const latest = (ws: TestWorkspace, name: string): string => join(ws.root, '.recomp/runs/latest', name);

function build(ws: TestWorkspace): Record<string, readonly Record<string, unknown>[]> {
  const { code, stderr } = ws.run(['build', '//...']);
  expect(code, stderr).toBe(0);
  return JSON.parse(readFileSync(latest(ws, 'run-manifest.json'), 'utf8'));
}

/** The entry stands for so many of the file beside the manifest, and nobody misses one of them. */
function expectShort(ws: TestWorkspace, steps: readonly Record<string, unknown>[], listed: number): void {
  const identity = createHash('sha256')
    .update(readFileSync(latest(ws, 'unchanged.json')))
    .digest('hex');
  expect(steps).toHaveLength(listed + 1);
  expect(steps.at(-1)).toEqual({ unchanged: MANY + 1 - listed, identity });
  const shown = ws.run(['show', '--json']);
  expect(shown.code, shown.stderr).toBe(0);
  expect(shown.stdout + shown.stderr).not.toContain('are not all there');
}

it('names what changed in a large set, and shares the rest', () => {
  const ws = createWorkspace({ 'recomp.toml': '', 'BUILD.toml': groups + MADE, in: 'one\n' });
  expect(build(ws)['steps']).toHaveLength(MANY + 1);
  const { steps: idle = [] } = build(ws);
  expectShort(ws, idle, 0);
  const shared = statSync(latest(ws, 'unchanged.json')).ino;
  ws.write('in', 'two\n');
  const { steps: edited = [] } = build(ws);
  expectShort(ws, edited, 1);
  expect(edited[0]).toMatchObject({ name: '//:made', cache_hit: false });
  expect(statSync(latest(ws, 'unchanged.json')).ino).toBe(shared);
});
