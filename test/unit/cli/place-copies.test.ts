import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { placeCopies } from '../../../src/cli/automate/place-copies.ts';

describe('a folder of copies', () => {
  let base: string;
  let folder: string;
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'recomp-copies-'));
    folder = join(base, 'out');
    write('made', 'made');
    write('made-2', 'made again');
  });
  afterEach(() => rmSync(base, { recursive: true }));

  const write = (path: string, text: string): void => {
    mkdirSync(join(base, path, '..'), { recursive: true });
    writeFileSync(join(base, path), text);
  };
  const read = (path: string): string => readFileSync(join(base, path), 'utf8');
  const place = (...names: readonly string[]) =>
    placeCopies(folder, new Map(names.map((name) => [name, join(base, 'made')]))).others;

  it('holds what is made now, and no longer what was made before', () => {
    expect(place('a', 'b/c')).toEqual([]);
    expect(placeCopies(folder, new Map([['a', join(base, 'made-2')]]))).toEqual({ others: [], edited: [] });
    expect(read('out/a')).toBe('made again');
    expect(existsSync(join(folder, 'b/c'))).toBe(false);
  });

  it('makes way for a folder where a file was, in one go', () => {
    place('a');
    expect(place('a/b')).toEqual([]);
    expect(read('out/a/b')).toBe('made');
  });

  it('is not made when there is nothing to copy', () => {
    expect(place()).toEqual([]);
    expect(existsSync(folder)).toBe(false);
  });

  it('leaves a file alone that is no copy, and never lists it', () => {
    write('out/a', 'mine');
    expect(place('a', 'b')).toEqual(['a']);
    expect(place()).toEqual([]);
    expect(read('out/a')).toBe('mine');
    expect(existsSync(join(folder, 'b'))).toBe(false);
  });

  it('removes and writes nothing through a link, whatever its list says', () => {
    write('elsewhere/f', 'mine');
    mkdirSync(folder);
    symlinkSync('../elsewhere', join(folder, 'x'));
    write('out/.recomp-copied', 'x/f\n/etc/passwd\n../made\n');
    expect(place('x/f', 'x/g')).toEqual(['x/f', 'x/g']);
    expect(read('elsewhere/f')).toBe('mine');
    expect(existsSync(join(base, 'elsewhere/g'))).toBe(false);
    expect(read('made')).toBe('made');
  });

  it('does not write its list through a link', () => {
    write('elsewhere/f', 'mine');
    mkdirSync(folder);
    symlinkSync('../elsewhere/f', join(folder, '.recomp-copied'));
    place('a');
    expect(read('elsewhere/f')).toBe('mine');
  });

  it('leaves a copy alone that somebody has edited, until it is moved away', () => {
    const again = () => placeCopies(folder, new Map([['a', join(base, 'made-2')]]));
    place('a', 'b');
    write('out/a', 'mine');
    write('out/b', 'mine, too');
    expect(again()).toEqual({ others: [], edited: ['a'] });
    expect(read('out/a')).toBe('mine');
    // Nothing makes it any more, and yet it is not taken away.
    expect(read('out/b')).toBe('mine, too');
    expect(again()).toEqual({ others: [], edited: ['a'] });
    rmSync(join(folder, 'a'));
    expect(again()).toEqual({ others: [], edited: [] });
    expect(read('out/a')).toBe('made again');
    // Whoever sets it to what is copied anyway has edited nothing.
    write('out/a', 'made');
    expect(placeCopies(folder, new Map([['a', join(base, 'made')]]))).toEqual({ others: [], edited: [] });
    expect(again()).toEqual({ others: [], edited: [] });
  });

  it('has a link, where a copy was, for an edit', () => {
    place('a');
    write('elsewhere', 'made');
    rmSync(join(folder, 'a'));
    symlinkSync('../elsewhere', join(folder, 'a'));
    expect(placeCopies(folder, new Map([['a', join(base, 'made-2')]])).edited).toEqual(['a']);
    expect(read('elsewhere')).toBe('made');
  });

  it('goes by the names alone where an earlier version wrote the list', () => {
    write('out/a', 'of then');
    write('out/.recomp-copied', 'a\n');
    expect(place('a')).toEqual([]);
    expect(read('out/a')).toBe('made');
  });
});
