import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { align, GAP, type Step } from '../../../rules/recompiler/validate/align/align.ts';

const run = (a: string, b: string, reach: number) =>
  align(
    { reference: a.length, captured: b.length, isEqual: (i, j) => a[i] === b[j], cost: () => GAP },
    reach,
  );

const show = (steps: readonly Step[]): string =>
  steps.map((s) => (s.kind === 'pair' ? (s.equal ? '=' : '#') : s.kind === 'missing' ? '-' : '+')).join('');

/** Levenshtein's distance, written down as slowly as it can be. */
function distance(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const rest = distance(a.slice(1), b.slice(1)) + (a[0] === b[0] ? 0 : 1);
  return Math.min(rest, distance(a.slice(1), b) + 1, distance(a, b.slice(1)) + 1);
}

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });

describe('alignment', () => {
  it.each([
    ['abcd', 'abcd', '===='],
    ['abcd', 'abd', '==-='],
    ['abd', 'abcd', '==+='],
    ['abcd', 'abxd', '==#='],
    ['abcd', '', '----'],
    ['', 'ab', '++'],
  ])('of %j and %j is %s', (a, b, expected) => {
    expect(show(run(a, b, 10).steps)).toBe(expected);
  });

  it('is as cheap as can be', () => {
    fc.assert(
      fc.property(word, word, (a, b) => void expect(run(a, b, 10).cost).toBe(distance(a, b) * GAP)),
      { numRuns: 300 },
    );
  });

  it('covers both sides once, in order, and keeps pairs within reach', () => {
    fc.assert(
      fc.property(word, word, fc.nat(4), (a, b, reach) => {
        const { steps, cost } = run(a, b, reach);
        expect(steps.flatMap((s) => (s.kind === 'surplus' ? [] : [s.reference]))).toEqual(
          [...a].map((_, i) => i),
        );
        expect(steps.flatMap((s) => (s.kind === 'missing' ? [] : [s.captured]))).toEqual(
          [...b].map((_, i) => i),
        );
        for (const s of steps)
          if (s.kind === 'pair') expect(Math.abs(s.captured - s.reference)).toBeLessThanOrEqual(reach);
        expect(cost).toBe(steps.filter((s) => s.kind !== 'pair' || !s.equal).length * GAP);
      }),
      { numRuns: 300 },
    );
  });

  it('stays within its memory for lengths that are far apart', () => {
    const { steps } = align({ reference: 200_000, captured: 10, isEqual: () => false, cost: () => GAP }, 600);
    expect(steps).toHaveLength(200_000);
  });
});
