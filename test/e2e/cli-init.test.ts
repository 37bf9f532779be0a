import { existsSync, lstatSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWorkspace } from '../support/workspace.ts';

describe('recomp init', () => {
  it('makes a workspace that builds, runs and tests', () => {
    const ws = createWorkspace();
    const init = ws.run(['init', 'demo']);
    expect(init.code).toBe(0);
    expect(init.stdout.split('\n')).toEqual([
      'recomp.toml',
      'hello/BUILD.toml',
      'hello/names.txt',
      '.gitignore',
      '',
    ]);
    expect(init.stderr).toContain('cd demo && recomp run //hello');
    expect(ws.run(['build', '//...'], { cwd: 'demo' })).toMatchObject({ code: 0, stdout: '' });
    expect(ws.read('demo/recomp-out/hello/names.txt')).toBe('moon\nworld\n');
    expect(ws.run(['run', '//hello'], { cwd: 'demo' })).toMatchObject({
      code: 0,
      stdout: 'Hello, moon!\nHello, world!\n',
    });
    const test = ws.run(['test', '//...'], { cwd: 'demo' });
    expect(test.code).toBe(0);
    expect(test.stdout).toContain('1 test: 1 passed');
    expect(ws.read('demo/.gitignore')).toBe('recomp-out/\n.recomp/\n');
  });

  it('shows the optional sections in a form that can be switched on', () => {
    const ws = createWorkspace();
    ws.run(['init', '--no-example']);
    expect(readdirSync(ws.root).sort()).toEqual(['.gitignore', 'recomp.toml']);
    ws.write('BUILD.toml', '');
    ws.write('recomp.toml', ws.read('recomp.toml').replace(/^# (?=[[a-z_]+( =|\]|\.))/gm, ''));
    expect(ws.read('recomp.toml')).toMatch(/^\[cache\]$/m);
    const doctor = ws.run(['doctor', '--json']);
    expect(JSON.parse(doctor.stdout).findings).toContainEqual(
      expect.objectContaining({ name: 'workspace', state: 'ok' }),
    );
  });

  it('writes nothing when something is in the way, and says what', () => {
    const ws = createWorkspace({ 'hello/mine.txt': 'precious' });
    const { code, stdout, stderr } = ws.run(['init']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('has hello/ already; nothing was written');
    expect(readdirSync(ws.root)).toEqual(['hello']);
    expect(ws.run(['init', '--no-example']).code).toBe(0);
    const again = ws.run(['init', '--no-example']);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('has recomp.toml already');
  });

  it('does not write through a link that leads nowhere yet', () => {
    const ws = createWorkspace();
    symlinkSync(join(ws.root, '../outside.toml'), join(ws.root, 'recomp.toml'));
    expect(ws.run(['init']).code).toBe(2);
    expect(existsSync(join(ws.root, '../outside.toml'))).toBe(false);
  });

  it('adds to a .gitignore only what it lacks', () => {
    const ws = createWorkspace({ '.gitignore': 'node_modules/\n/recomp-out' });
    expect(ws.run(['init']).stdout).toContain('.gitignore (added to)');
    expect(ws.read('.gitignore')).toBe('node_modules/\n/recomp-out\n.recomp/\n');
  });

  it('leaves a .gitignore that is a link alone', () => {
    const ws = createWorkspace({ '../shared-ignore': 'x\n' });
    symlinkSync('../shared-ignore', join(ws.root, '.gitignore'));
    expect(ws.run(['init']).stdout).toContain('add recomp-out/ and .recomp/ to it yourself');
    expect(lstatSync(join(ws.root, '.gitignore')).isSymbolicLink()).toBe(true);
    expect(ws.read('.gitignore')).toBe('x\n');
  });

  it('says so when the folder cannot be made', () => {
    const ws = createWorkspace({ file: '' });
    const { code, stderr } = ws.run(['init', 'file/inside']);
    expect(code).toBe(4);
    expect(stderr).toContain('cannot be written');
  });

  it('calls a workspace something even in a folder with an odd name', () => {
    const ws = createWorkspace();
    mkdirSync(join(ws.root, '-ä b"'));
    expect(ws.run(['init'], { cwd: '-ä b"' }).code).toBe(0);
    expect(ws.run(['build', '//...'], { cwd: '-ä b"' }).code).toBe(0);
  });
});
