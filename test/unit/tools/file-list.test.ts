import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { listFiles, patternToRegExp } from '../../../src/tools/file-list.ts';

const root = mkdtempSync(join(tmpdir(), 'recomp-list-'));
mkdirSync(join(root, 'a/b/c'), { recursive: true });
for (const file of ['top.h', 'a/one.h', 'a/b/two.h', 'a/b/c/three.c']) writeFileSync(join(root, file), file);
symlinkSync('..', join(root, 'a/up'));
symlinkSync('one.h', join(root, 'a/alias.h'));
afterAll(() => rmSync(root, { recursive: true }));

describe('listFiles', () => {
  const names = (pattern: string): string[] =>
    listFiles(`${root}/${pattern}`)
      .files.map((f) => f.name)
      .sort();

  it('lists a folder without entering links', () => {
    expect(names('a')).toEqual(['alias.h', 'b/c/three.c', 'b/two.h', 'one.h']);
    expect(listFiles(`${root}/a`).links).toEqual([{ name: 'up', target: '..' }]);
  });

  it('understands patterns', () => {
    expect(names('**/*.h')).toEqual(['a/alias.h', 'a/b/two.h', 'a/one.h', 'top.h']);
    expect(names('a/*.h')).toEqual(['alias.h', 'one.h']);
    expect(names('a/b/**')).toEqual(['c/three.c', 'two.h']);
    expect(names('nowhere/*')).toEqual([]);
  });

  it('takes a file as itself', () => expect(names('a/one.h')).toEqual(['one.h']));
});

describe('patternToRegExp', () => {
  it('takes everything but * and ? as it is', () => {
    expect(patternToRegExp('a.b+(c)/?').test('a.b+(c)/x')).toBe(true);
    expect(patternToRegExp('a.b').test('axb')).toBe(false);
    expect(patternToRegExp('*').test('a/b')).toBe(false);
  });
});
