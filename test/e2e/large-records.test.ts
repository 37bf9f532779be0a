import { createHash } from 'node:crypto';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { wholeManifest } from '../../src/report/runs/whole-manifest.ts';
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

/** What a run is, apart from how it came by it. */
function spelledOut(ws: TestWorkspace): object {
  const whole = wholeManifest(join(ws.root, '.recomp/runs/latest'), 1 << 28);
  const { steps, inputs, artifacts, tool_versions, input_fingerprint } = whole ?? {};
  expect(steps).toHaveLength(MANY + 1);
  const keys = Array.isArray(steps) ? steps.map(({ name, cache_key }) => [name, cache_key]) : [];
  return { keys, inputs, artifacts, tool_versions, input_fingerprint };
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

it('names what changed after an edit of a package, too, and shares the rest', () => {
  const ws = createWorkspace({ 'recomp.toml': '', 'BUILD.toml': groups + MADE, in: 'one\n' });
  build(ws);
  build(ws);
  const shared = statSync(latest(ws, 'unchanged.json')).ino;
  ws.write('BUILD.toml', `# Said otherwise.\n${groups}${MADE.replace('cat $SRCS', 'cat $SRCS $SRCS')}`);
  const { steps: edited = [] } = build(ws);
  expectShort(ws, edited, 1);
  expect(edited[0]).toMatchObject({ name: '//:made', cache_hit: false });
  expect(statSync(latest(ws, 'unchanged.json')).ino).toBe(shared);
  const cut = spelledOut(ws);
  const { steps: idle = [] } = build(ws);
  expect(idle.length).toBeLessThan(3);
  expect(statSync(latest(ws, 'unchanged.json')).ino).toBe(shared);
  ws.write('in', 'two\n');
  expectShort(ws, build(ws)['steps'] ?? [], 1);
  ws.write('in', 'one\n');
  build(ws);
  // As a build says it that starts from nothing.
  rmSync(join(ws.root, '.recomp'), { recursive: true });
  expect(build(ws)['steps']).toHaveLength(MANY + 1);
  expect(spelledOut(ws)).toEqual(cut);
});

it('writes a list down anew that is about other targets', () => {
  const ws = createWorkspace({ 'recomp.toml': '', 'BUILD.toml': groups + MADE, in: 'one\n' });
  build(ws);
  ws.write('BUILD.toml', `${groups}${MADE}${MADE.replaceAll('"made"', '"more"').replace('"out"', '"more"')}`);
  expect(build(ws)['steps']).toHaveLength(MANY + 2);
  ws.write('BUILD.toml', groups);
  expect(build(ws)['steps']).toHaveLength(MANY);
});
