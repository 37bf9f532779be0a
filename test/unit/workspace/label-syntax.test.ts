import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelName, labelPackage, makeLabel } from '../../../src/model/label.ts';
import { matchesPattern, parseLabel, parsePattern, selects } from '../../../src/workspace/label-syntax.ts';

const label = (text: string, pkg = 'here') => {
  const parsed = parseLabel(text, pkg);
  return parsed.ok ? parsed.value : { error: parsed.error };
};

describe('parseLabel', () => {
  it.each([
    ['//a/b:c', '//a/b:c'],
    ['//a/b', '//a/b:b'],
    ['//a', '//a:a'],
    ['//:x', '//:x'],
    [':c', '//here:c'],
    ['c', '//here:c'],
    ['sub/c.o', '//here:sub/c.o'],
    ['//a+b/c~1:d,e=f@g', '//a+b/c~1:d,e=f@g'],
  ])('reads %s', (text, expected) => expect(label(text)).toBe(expected));

  it.each([
    ['', 'empty'],
    ['//', '"//:name"'],
    ['/a:b', 'two slashes'],
    ['a:b', '"//a:b"'],
    ['//a:', 'empty'],
    ['//a/../b:c', '".."'],
    ['//a:../c', '".."'],
    ['//..:c', '".."'],
    ['//a//b:c', 'two in a row'],
    ['//a/:c', 'start or end'],
    ['//a:b:c', 'letters'],
    ['//a b:c', 'letters'],
    ['//a\\b:c', 'backslash'],
    ['//a\0:c', 'control'],
    ['//a:c\n', 'control'],
    ['//.git:c', 'never looked into'],
    ['//x/node_modules:c', 'never looked into'],
    ['//recomp-out:c', 'never looked into'],
    ['//recomp-external/a:c', 'taken'],
    ['//a:all', '`all` is taken'],
    ['//-a:b', '`-`'],
    ['//...', '"..."'],
    ['//é:b', 'letters'],
    [`//${'a'.repeat(2000)}:b`, 'long'],
  ])('refuses %j and says why', (text, reason) =>
    expect(label(text)).toEqual({ error: expect.stringContaining(reason) }),
  );

  it('never yields a label that leaves the workspace, and reads its own spelling again', () => {
    const piece = fc.constantFrom(
      '/',
      '//',
      ':',
      '..',
      '.',
      'a',
      'b.c',
      '-',
      '\\',
      '\0',
      ' ',
      'all',
      '@',
      '...',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece, { maxLength: 8 }).map((p) => p.join('')),
        ),
        (text) => {
          const parsed = parseLabel(text, 'p/q');
          if (!parsed.ok) return;
          expect(parsed.value).toMatch(/^\/\/[^:\\\p{Cc} ]*:[^:\\\p{Cc} ]+$/u);
          expect(`${labelPackage(parsed.value)}/${labelName(parsed.value)}`.split('/')).not.toContain('..');
          expect(parseLabel(parsed.value, 'elsewhere')).toEqual(parsed);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

const matches = (pattern: string, text: string, pkg = 'here') => {
  const parsed = parsePattern(pattern, pkg);
  const [where = '', name = ''] = text.slice(2).split(':');
  return parsed.ok ? matchesPattern(parsed.value, makeLabel(where, name)) : parsed.error;
};

describe('patterns', () => {
  it.each([
    ['//...', '//:x', true],
    ['//...', '//a/b:x', true],
    ['//a/...', '//a:x', true],
    ['//a/...', '//a/b:x', true],
    ['//a/...', '//ab:x', false],
    ['//a:all', '//a:x', true],
    ['//a:all', '//a/b:x', false],
    ['//:all', '//:x', true],
    ['//:all', '//a:x', false],
    ['...', '//here/a:x', true],
    ['...', '//other:x', false],
    ['a/...', '//here/a/b:x', true],
    [':all', '//here:x', true],
    [':x', '//here:x', true],
    [':x', '//here:y', false],
    ['-//a:x', '//a:x', true],
  ])('%s and %s: %s', (pattern, text, expected) => expect(matches(pattern, text)).toBe(expected));

  it.each(['//../...', '//a/../...', '/...', 'a:all', '-', '', '//a b:all', '....', '//a/....'])(
    'refuses %j',
    (text) => expect(parsePattern(text, 'here').ok).toBe(false),
  );

  it('lets the last pattern that speaks of a label decide', () => {
    const patterns = ['//...', '-//a/...', '//a:keep'].map((text) => {
      const parsed = parsePattern(text, '');
      if (!parsed.ok) throw new Error(parsed.error);
      return parsed.value;
    });
    expect(selects(patterns, makeLabel('b', 'x'))).toBe(true);
    expect(selects(patterns, makeLabel('a', 'x'))).toBe(false);
    expect(selects(patterns, makeLabel('a', 'keep'))).toBe(true);
    expect(selects([], makeLabel('a', 'x'))).toBe(false);
  });
});
