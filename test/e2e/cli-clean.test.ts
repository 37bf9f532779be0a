import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

const command = (name: string, outs: string, shell: string, more = ''): string =>
  `[[target]]\nname = "${name}"\nrule = "command"\n${outs}\nshell = "${shell}"\n${more}\n`;

function built(): TestWorkspace {
  const ws = createWorkspace({
    'recomp.toml': '[workspace]\nname = "w"\n',
    'a/BUILD.toml':
      command('one', 'outs = ["one.txt"]', 'echo 1 > $OUT') +
      command('two', 'outs = ["two.txt"]', 'echo 2 > $OUT'),
    'b/BUILD.toml': command(
      'pages',
      'out_dirs = ["pages"]',
      'mkdir -p $OUT/deep; echo 3 > $OUT/deep/p; ln -s deep $OUT/link',
    ),
  });
  expect(ws.run(['build', '//...']).code).toBe(0);
  return ws;
}

const has = (ws: TestWorkspace, path: string): boolean =>
  lstatSync(join(ws.root, path), { throwIfNoEntry: false }) !== undefined;

describe('recomp clean', () => {
  it('removes all outputs; past runs and the cache stay', () => {
    const ws = built();
    const runs = readdirSync(join(ws.root, '.recomp/runs'));
    expect(ws.run(['clean'])).toMatchObject({ code: 0, stdout: '' });
    expect(has(ws, 'recomp-out')).toBe(false);
    expect(readdirSync(join(ws.root, '.recomp/runs'))).toEqual(runs);
    expect(
      readdirSync(join(ws.root, '.recomp/state')).filter((name) =>
        /\.(seen|plan|manifest|traces)/.test(name),
      ),
    ).toEqual([]);
    const again = ws.run(['build', '//...']);
    expect(again.stderr).toMatch(/3 actions: 3 from the cache/);
    expect(ws.read('recomp-out/b/pages/deep/p')).toBe('3\n');
  });

  it('removes single targets’ outputs and the folders they leave empty', () => {
    const ws = built();
    expect(ws.run(['clean', ':one'], { cwd: 'a' })).toMatchObject({
      code: 0,
      stderr: 'recomp: removed 1 output\n',
    });
    expect([has(ws, 'recomp-out/a/one.txt'), has(ws, 'recomp-out/a/two.txt')]).toEqual([false, true]);
    expect(ws.run(['clean', '//...', '-//a/...']).code).toBe(0);
    expect([has(ws, 'recomp-out/b'), has(ws, 'recomp-out/a/two.txt')]).toEqual([false, true]);
    expect(ws.run(['clean', '//b/...']).stderr).toContain('there was nothing to remove');
    expect(ws.run(['build', '//...']).code).toBe(0);
    expect(ws.read('recomp-out/a/one.txt')).toBe('1\n');
  });

  it('expunges .recomp as well', () => {
    const ws = built();
    expect(ws.run(['clean', '--expunge']).code).toBe(0);
    expect(readdirSync(ws.root).sort()).toEqual(['a', 'b', 'recomp.toml']);
    expect(ws.run(['clean', '--expunge', '//...']).code).toBe(2);
    expect(ws.run(['clean'])).toMatchObject({ code: 0, stderr: 'recomp: there is nothing to remove\n' });
    expect(readdirSync(ws.root).sort()).toEqual(['a', 'b', 'recomp.toml']);
  });

  it('removes links and never what they point to', () => {
    const ws = built();
    const outside = join(ws.root, '../outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'precious'), 'p');
    symlinkSync(outside, join(ws.root, 'recomp-out/stray'));
    expect(ws.run(['clean']).code).toBe(0);
    expect(has(ws, 'recomp-out')).toBe(false);
    expect(existsSync(join(outside, 'precious'))).toBe(true);
  });

  it.each([
    ['recomp-out', ['clean']],
    ['recomp-out', ['clean', '//...']],
    ['.recomp/state', ['clean']],
  ])('leaves %s alone where it is a link: recomp %j', (folder, args) => {
    const ws = built();
    const outside = join(ws.root, '../outside');
    mkdirSync(join(outside, 'a'), { recursive: true });
    for (const name of ['a/one.txt', `${'0'.repeat(32)}.seen`]) writeFileSync(join(outside, name), 'p');
    ws.run(['clean', '--expunge']);
    mkdirSync(join(ws.root, '.recomp'), { recursive: true });
    symlinkSync(outside, join(ws.root, folder));
    const { code, stderr } = ws.run(args);
    expect(code).toBe(4);
    expect(stderr).toContain(`${folder} is a link, which is not followed`);
    expect(readdirSync(outside).sort()).toEqual([`${'0'.repeat(32)}.seen`, 'a']);
    expect(readdirSync(join(outside, 'a'))).toEqual(['one.txt']);
  });

  it('removes folders without permissions', () => {
    const ws = built();
    chmodSync(join(ws.root, 'recomp-out/b/pages/deep'), 0o500);
    expect(ws.run(['clean']).code).toBe(0);
    expect(has(ws, 'recomp-out')).toBe(false);
  });

  it('says what is wrong with a workspace before it removes single outputs', () => {
    const ws = built();
    ws.write('a/BUILD.toml', 'nonsense = 1\n');
    const { code, stderr } = ws.run(['clean', '//...']);
    expect(code).toBe(2);
    expect(stderr).toContain('nonsense');
    expect(has(ws, 'recomp-out/a/one.txt')).toBe(true);
  });
});
