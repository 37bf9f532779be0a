import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findWorkspaceRoot } from '../../../src/workspace/find-root.ts';
import { createNodeReader } from '../../../src/workspace/node-reader.ts';
import { readerOf, tempWorkspace } from './temp-workspace.ts';

describe('the workspace reader', () => {
  it('reads text, without a byte order mark', () => {
    const reader = readerOf({ 'a.txt': '\ufeffhällo' });
    expect(reader.readText('a.txt', 100)).toEqual({ ok: true, text: 'hällo' });
  });

  it('says why it cannot read', () => {
    const root = tempWorkspace({ 'big.txt': '12345', 'd/x': '', out: { link: '/etc/passwd' } });
    writeFileSync(join(root, 'bad.txt'), Buffer.from([0xff, 0xfe]));
    execFileSync('mkfifo', [join(root, 'pipe')]);
    const reader = createNodeReader(root);
    const problem = (path: string) => {
      const read = reader.readText(path, 4);
      return read.ok ? read.text : read.problem;
    };
    expect(problem('none')).toBe('missing');
    expect(problem('d/x/y')).toBe('missing');
    expect(problem('d')).toBe('not-a-file');
    expect(problem('pipe')).toBe('not-a-file');
    expect(problem('big.txt')).toBe('too-large');
    expect(problem('bad.txt')).toBe('not-utf8');
    expect(problem('out')).toBe('leaves-workspace');
    expect(problem('../x')).toBe('leaves-workspace');
    expect(problem('/etc/passwd')).toBe('leaves-workspace');
  });

  it('follows links inside, and none that lead out, wherever they lie on the path', () => {
    const reader = readerOf({
      'real/file': 'x',
      'recomp-out/made': 'x',
      inside: { link: 'real' },
      back: { link: 'inside/file' },
      outside: { link: '/etc' },
      up: { link: '..' },
      made: { link: 'recomp-out/made' },
      gone: { link: 'nowhere' },
      loop: { link: 'loop' },
    });
    expect(reader.kind('inside')).toBe('dir');
    expect(reader.kind('inside/file')).toBe('file');
    expect(reader.kind('back')).toBe('file');
    expect(reader.kind('outside/passwd')).toBe('leaves-workspace');
    expect(reader.kind('up')).toBe('leaves-workspace');
    expect(reader.kind('made')).toBe('in-outputs');
    expect(reader.kind('gone')).toBe('missing');
    expect(reader.kind('loop')).toBe('missing');
    expect(reader.list('outside')).toBeUndefined();
    expect(reader.list('inside')).toEqual([{ name: 'file', kind: 'file' }]);
  });

  it('remembers what it looked at, and how closely', () => {
    const reader = readerOf({ 'a.txt': 'x', 'b.txt': 'x', 'd/c.txt': 'x', 'e/f.txt': 'x' });
    reader.kind('a.txt');
    reader.kind('b.txt');
    reader.readText('b.txt', 10);
    reader.kind('none');
    reader.kind('d/none');
    reader.list('e');
    reader.kind('e/f.txt');
    reader.kind('e/g.txt');
    expect(Object.fromEntries(reader.observations)).toEqual({
      'a.txt': 'is-file',
      'b.txt': 'file',
      none: 'missing',
      d: 'is-dir',
      'd/none': 'missing',
      // The listing says it all.
      e: 'dir',
    });
  });

  it('lists in code-point order', () => {
    const reader = readerOf({ b: '', a: '', '\uffff': '', '𝄞': '', B: '' });
    expect(reader.list('')?.map((e) => e.name)).toEqual(['B', 'a', 'b', '\uffff', '𝄞']);
    expect(reader.kind('𝄞')).toBe('file');
  });
});

describe('findWorkspaceRoot', () => {
  it('finds the nearest folder with recomp.toml upwards', () => {
    const root = tempWorkspace({ 'recomp.toml': '', 'in/recomp.toml': '', 'in/a/b/x': '', 'other/a/x': '' });
    mkdirSync(join(root, 'other/a/recomp.toml'));
    expect(findWorkspaceRoot(join(root, 'in/a/b'))).toBe(join(root, 'in'));
    expect(findWorkspaceRoot(join(root, 'other/a'))).toBe(root);
    expect(findWorkspaceRoot(join(root, 'in/a'), ['none.toml'])).toBeUndefined();
  });
});
