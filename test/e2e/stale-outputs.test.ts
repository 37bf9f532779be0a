import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

const target = (name: string, rest = ''): string =>
  `[[target]]\nname = "${name}"\nrule = "command"\nsrcs = ["in"]\nouts = ["${name}.txt"]\nshell = "cat $SRCS > $OUT"\n${rest}\n`;

const workspace = (...targets: readonly string[]): TestWorkspace =>
  createWorkspace({
    'recomp.toml': '[workspace]\nname = "stale"\n',
    in: '1\n',
    'BUILD.toml': targets.join(''),
    'other/in': '1\n',
    'other/BUILD.toml': target('o'),
  });

const isThere = (ws: TestWorkspace, path: string): boolean => existsSync(join(ws.root, 'recomp-out', path));

function build(ws: TestWorkspace, ...patterns: readonly string[]): string {
  const ran = ws.run(['build', ...patterns]);
  expect(ran.code, ran.stderr).toBe(0);
  return ran.stderr;
}

it('takes away what a target made that is called otherwise now, and says so', () => {
  const ws = workspace(target('a'), target('b'));
  build(ws, '//...');
  ws.write('BUILD.toml', target('renamed') + target('b'));
  expect(build(ws, '//...')).toContain('removed 1 output that nothing makes any more: recomp-out/a.txt\n');
  expect(['a.txt', 'renamed.txt', 'b.txt', 'other/o.txt'].map((path) => isThere(ws, path))).toEqual([
    ...[false, true, true, true],
  ]);
  ws.write('BUILD.toml', target('renamed').replace('"renamed.txt"', '"deep/er.txt"') + target('b'));
  expect(build(ws, '//...')).toContain('recomp-out/renamed.txt');
  expect(isThere(ws, 'renamed.txt')).toBe(false);
  ws.write('BUILD.toml', target('b'));
  build(ws, '//...');
  // Nor are the folders left that held nothing else.
  expect(isThere(ws, 'deep')).toBe(false);
  ws.remove('other/BUILD.toml');
  build(ws, '//...');
  expect(isThere(ws, 'other')).toBe(false);
  // What comes back is not made again.
  ws.write('BUILD.toml', target('a') + target('b'));
  expect(build(ws, '//...')).toMatch(/1 from the cache/);
  expect(ws.read('recomp-out/a.txt')).toBe('1\n');
});

it('leaves what others make, and what is only not asked for', () => {
  const ws = workspace(target('a', 'deps = ["//other:o"]'), target('b'));
  build(ws, '//...');
  build(ws, '//:a');
  ws.write('BUILD.toml', target('a') + target('b'));
  ws.write('in', '2\n');
  expect(build(ws, '//:a')).not.toContain('removed');
  expect(['b.txt', 'other/o.txt'].map((path) => isThere(ws, path))).toEqual([true, true]);
  // Another target makes what the one that is gone had made.
  ws.write('BUILD.toml', target('c').replace('"c.txt"', '"a.txt"') + target('b'));
  expect(build(ws, '//...')).not.toContain('removed');
  expect(ws.read('recomp-out/a.txt')).toBe('2\n');
});

it('leaves what somebody has edited, and what somebody put there', () => {
  const ws = workspace(target('a'), target('b'), target('c'));
  build(ws, '//...');
  ws.write('recomp-out/a.txt', 'mine\n');
  ws.write('recomp-out/notes.txt', 'mine too\n');
  ws.write('BUILD.toml', target('c'));
  expect(build(ws, '//...')).toContain('removed 1 output');
  expect(ws.read('recomp-out/a.txt')).toBe('mine\n');
  expect(ws.read('recomp-out/notes.txt')).toBe('mine too\n');
  expect(isThere(ws, 'b.txt')).toBe(false);
});
