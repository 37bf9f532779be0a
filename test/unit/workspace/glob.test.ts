import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob, matchesGlob } from '../../../src/workspace/glob.ts';

const matches = (text: string, path: string, hidden = false) => {
  const glob = compileGlob(text);
  return glob.ok ? matchesGlob(glob.value, path, hidden) : glob.error;
};

describe('a glob', () => {
  it.each([
    ['a.c', 'a.c', true],
    ['a.c', 'b.c', false],
    ['*.c', 'a.c', true],
    ['*.c', '.c', false],
    ['*.c', 'd/a.c', false],
    ['lib*.so', 'lib.so', true],
    ['aba*aba', 'aba', false],
    ['a*b*c', 'aXbYbc', true],
    ['a*b*c', 'aXbYbd', false],
    ['?.c', 'a.c', true],
    ['?.c', '.c', false],
    ['?.c', '漢.c', true],
    ['?.c', '𝄞.c', true],
    ['??.c', '𝄞.c', false],
    ['[a-c].h', 'b.h', true],
    ['[a-c].h', 'd.h', false],
    ['[!a-c].h', 'd.h', true],
    ['[^a].h', 'a.h', false],
    ['[]a].h', '].h', true],
    ['[a-].h', '-.h', true],
    ['x[*]', 'x*', true],
    ['x[*]', 'xy', false],
    ['**', 'a', true],
    ['**', 'a/b/c', true],
    ['**/x', 'x', true],
    ['**/x', 'a/b/x', true],
    ['a/**', 'a', false],
    ['a/**', 'a/b/c', true],
    ['a/**/b', 'a/b', true],
    ['a/**/b', 'a/x/y/b', true],
    ['a/**/b', 'a/x/y/c', false],
    ['**/a/**/b', 'x/a/y/a/z/b', true],
    ['**/**/b', 'b', true],
    ['*.{c,h}', 'a.h', true],
    ['{a,b/{c,d}}.x', 'b/d.x', true],
    ['{a,b}.x', 'c.x', false],
    ['*', '.hidden', false],
    ['**', 'a/.git/x', false],
    ['.*', '.hidden', true],
    ['.cfg/*', '.cfg/x', true],
  ])('%s and %s: %s', (glob, path, expected) => expect(matches(glob, path)).toBe(expected));

  it('takes names with a leading dot like any other where asked to', () =>
    expect(matches('**', 'a/.git/x', true)).toBe(true));

  it.each([
    '',
    '/a',
    '../a',
    'a/../b',
    './a',
    'a//b',
    'a/',
    'a\\b',
    'a\0',
    'a**',
    '[a',
    '[]',
    '[z-a]',
    '{a',
    'a}',
    'a}{b}',
    '{a,..}/x',
    '{/a,b}',
    '{,a}',
    '{{{{{a}}}}}',
    '{a,b}'.repeat(7),
    '{a,a}'.repeat(100),
    '*'.repeat(2000),
    `${'a/'.repeat(100)}a`,
  ])('refuses a bad one, %#', (text) => expect(matches(text, 'a')).toBeTypeOf('string'));
});

/** The obvious way, slow on bad luck: the matcher has to agree with it. */
function slow(glob: readonly string[], path: readonly string[]): boolean {
  const [head, ...rest] = glob;
  const [name, ...below] = path;
  if (head === undefined) return name === undefined;
  if (name === undefined) return false;
  if (head === '**')
    return (rest.length === 0 && below.length === 0) || slow(rest, path) || slow(glob, below);
  const regex = head.replace(/[.]/g, '\\.').replace(/\*/g, '.*').replace(/\?/g, '.');
  return new RegExp(`^${regex}$`, 'u').test(name) && slow(rest, below);
}

describe('matching', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 4 });
  const segment = fc.oneof(
    fc.constant('**'),
    fc
      .string({ unit: fc.constantFrom('a', 'b', '?', '*'), minLength: 1, maxLength: 5 })
      .filter((s) => !s.includes('**')),
  );

  it('agrees with the obvious way', () => {
    fc.assert(
      fc.property(
        fc.array(segment, { minLength: 1, maxLength: 4 }),
        fc.array(name, { minLength: 1, maxLength: 5 }),
        (glob, path) => {
          expect(matches(glob.join('/'), path.join('/'))).toBe(slow(glob, path));
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('stays small on globs made to be slow', () => {
    expect(matches(`${'a*'.repeat(400)}b`, 'a'.repeat(4000))).toBe(false);
    expect(matches(`${'?*'.repeat(400)}b`, 'a'.repeat(4000))).toBe(false);
    expect(matches(`${'**/a/'.repeat(30)}b`, `${'a/'.repeat(500)}c`)).toBe(false);
  });

  it('never throws', () => {
    const hostile = fc.string({
      unit: fc.constantFrom('*', '?', '[', ']', '{', '}', ',', '/', '.', '-', '!', 'a', '\ud800', '\0'),
    });
    fc.assert(
      fc.property(hostile, fc.string(), (glob, path) => void matches(glob, path)),
      { numRuns: 3000 },
    );
  });
});
