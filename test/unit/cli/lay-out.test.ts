import { describe, expect, it } from 'vitest';
import { parseAgeDays } from '../../../src/cli/cache-limits.ts';
import { paragraph, twoColumns, wrap } from '../../../src/cli/help/lay-out.ts';
import { bytes } from '../../../src/report/byte-count.ts';

describe('lay-out', () => {
  it('wraps at spaces and lets a long word stand alone', () =>
    expect(wrap('aa bb cccccccc d', 5)).toEqual(['aa bb', 'cccccccc', 'd']));

  it('keeps a paragraph within 80 columns', () => {
    const lines = paragraph('word '.repeat(60).trim(), '  ').trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(3);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('puts texts beside terms, and below one that is too long', () =>
    expect(
      twoColumns([
        ['a', 'one'],
        ['bbb', 'two'],
        ['c'.repeat(30), 'three'],
      ]),
    ).toBe(`  a    one\n  bbb  two\n  ${'c'.repeat(30)}\n       three\n`));
});

describe('amounts', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1.0 KB'],
    [999_940, '999.9 KB'],
    [999_960, '1.0 MB'],
    [2.5e9, '2.5 GB'],
    [3e15, '3000.0 TB'],
  ])('%d is %s', (count, text) => expect(bytes(count)).toBe(text));

  it.each([
    ['30d', 30],
    ['12h', 0.5],
    ['2w', 14],
    ['0d', 0],
    ['3 d', undefined],
    ['-1d', undefined],
    ['5m', undefined],
    ['', undefined],
  ])('the age %s is %s days', (text, days) => expect(parseAgeDays(text)).toBe(days));
});
