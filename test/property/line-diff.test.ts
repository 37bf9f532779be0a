import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hunks, lineDiff } from '../../src/base/line-diff.ts';

const lines = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 30 });

describe('the way from one text to another', () => {
  it('leads from the one to the other, by no more steps than needed', () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const diff = lineDiff(before, after) ?? [];
        const of = (kind: string): string[] => diff.filter((l) => l.kind !== kind).map((l) => l.text);
        expect(of('new')).toEqual(before);
        expect(of('gone')).toEqual(after);
        expect(diff.filter((l) => l.kind === 'same')).toHaveLength(longestCommon(before, after));
      }),
    );
  });

  it('shows what differs with its neighbours, or nothing where that is too much', () => {
    const many = Array.from({ length: 100 }, (_, i) => String(i));
    const diff = lineDiff(many, many.with(50, 'x')) ?? [];
    expect(hunks(diff, 1, 4)).toEqual([
      { kind: 'same', text: '49' },
      { kind: 'gone', text: '50' },
      { kind: 'new', text: 'x' },
      { kind: 'same', text: '51' },
    ]);
    expect(hunks(diff, 1, 3)).toBeUndefined();
  });

  it('gives up on what nobody would read', () => {
    const long = (text: string): string[] => Array.from({ length: 3000 }, (_, i) => `${text}${i}`);
    expect(lineDiff(long('a'), long('b'))).toBeUndefined();
  });
});

/** By trying: what is left out of either. */
function longestCommon(a: readonly string[], b: readonly string[]): number {
  const known = new Map<string, number>();
  const from = (i: number, j: number): number => {
    if (i === a.length || j === b.length) return 0;
    const key = `${i} ${j}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const best = Math.max(from(i + 1, j), from(i, j + 1), a[i] === b[j] ? 1 + from(i + 1, j + 1) : 0);
    known.set(key, best);
    return best;
  };
  return from(0, 0);
}
