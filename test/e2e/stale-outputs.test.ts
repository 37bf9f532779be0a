import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { passingLoop, type ToyLoop } from '../support/toy-loop.ts';
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

it('takes away after a build that failed, or was broken off, what an edit made superfluous', () => {
  const ws = workspace(target('a'), target('b'), target('c'));
  build(ws, '//...');
  const renamed = (shell: string): string =>
    target('a').replace('"a.txt"', '"z.txt"').replace('cat $SRCS', shell) + target('c');
  ws.write('BUILD.toml', renamed('false $SRCS'));
  const failed = ws.run(['build', '//...']);
  expect(failed.code, failed.stderr).toBe(1);
  // What is declared no more goes at once; what was to be made anew, when that is there.
  expect(['a.txt', 'b.txt'].map((path) => isThere(ws, path))).toEqual([true, false]);
  ws.write('BUILD.toml', renamed('test -e $SRCS && grep 2 $SRCS'));
  expect(ws.run(['build', '//...']).code).toBe(1);
  expect(isThere(ws, 'a.txt')).toBe(true);
  // Only a source is edited: the graph is the one of the build that failed.
  ws.write('in', '2\n');
  expect(build(ws, '//...')).toContain('removed 1 output that nothing makes any more: recomp-out/a.txt\n');
  expect(['a.txt', 'z.txt'].map((path) => isThere(ws, path))).toEqual([false, true]);
});

it('leaves after a repair what another target makes by then where the failed one had made it', () => {
  const ws = workspace(target('a'));
  build(ws, '//...');
  const failing = target('a').replace('"a.txt"', '"z.txt"').replace('cat $SRCS', 'grep 2 $SRCS');
  ws.write('BUILD.toml', failing + target('b').replace('"b.txt"', '"a.txt"').replace('["in"]', '["one"]'));
  ws.write('one', '1\n');
  expect(ws.run(['build', '//...', '--keep-going']).code).toBe(1);
  ws.write('in', '2\n');
  expect(build(ws, '//...')).not.toContain('removed');
  expect(ws.read('recomp-out/a.txt')).toBe('1\n');
});

it('takes away the files of a folder that another target has come to make something in', () => {
  const folder =
    '[[target]]\nname = "f"\nrule = "command"\nsrcs = ["in"]\nout_dirs = ["pages"]\nshell = "cp $SRCS $OUT/one; cp $SRCS $OUT/two"\n';
  const ws = workspace(folder);
  build(ws, '//...');
  ws.write('recomp-out/pages/mine', 'mine\n');
  ws.write('BUILD.toml', target('a').replace('"a.txt"', '"pages/two"'));
  expect(build(ws, '//...')).toContain(
    'removed 1 output that nothing makes any more: recomp-out/pages/one\n',
  );
  expect(['pages/one', 'pages/two', 'pages/mine'].map((path) => isThere(ws, path))).toEqual([
    false,
    true,
    true,
  ]);
});

describe('of a loop', () => {
  const rename = (loop: ToyLoop, file: string, from: string, to: string): void => {
    loop.edit(file, `outs = ["${from}"]`, `outs = ["${to}"]`);
  };

  it('takes away what a stage calls otherwise by now', () => {
    const loop = passingLoop();
    expect(isThere(loop, 'build/program')).toBe(true);
    rename(loop, 'automation.toml', 'program', 'game');
    const ran = loop.automate();
    expect(ran.code, ran.stderr).toBe(0);
    expect(ran.stderr).toContain('recomp-out/build/program');
    expect(['build/program', 'build/game'].map((path) => isThere(loop, path))).toEqual([false, true]);
  });

  it('beside another one takes away only what it was the last to make', () => {
    const loop = passingLoop();
    const automate = (): void => {
      const ran = loop.run(['automate', '--config', 'other.toml']);
      expect(ran.code, ran.stderr).toBe(0);
    };
    loop.write('other.toml', loop.read('automation.toml'));
    rename(loop, 'other.toml', 'program', 'theirs');
    automate();
    const there = (): boolean[] =>
      ['program', 'theirs', 'late'].map((name) => isThere(loop, `build/${name}`));
    expect(there()).toEqual([true, true, false]);
    rename(loop, 'other.toml', 'theirs', 'late');
    automate();
    expect(there()).toEqual([true, false, true]);
  });
});
