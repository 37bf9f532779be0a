import { type Alignment, align, GAP, type Sequences, type Step } from './align.ts';

/** A capture's hashes laid along a reference's. */
export interface Comparison {
  readonly reference: number;
  readonly captured: number;
  /** What the ratio is of: pairs, and what either has more than the other. */
  readonly compared: number;
  readonly matched: number;
  readonly ratio: number;
  /** How far most of the capture lags behind the reference; negative: is ahead of it. */
  readonly offset: number;
  /** The furthest that a pair is apart. */
  readonly drift: number;
  readonly missing: number;
  readonly surplus: number;
  readonly duplicated: number;
  /** Positions in the reference that are not matched within the drift allowed. */
  readonly unmatched: readonly number[];
  /** The first of them, or where the first surplus item stands. */
  readonly firstDifference: number | undefined;
  /** In the reference's order: what was found, whatever is allowed. */
  readonly steps: readonly ComparedStep[];
}

export type ComparedStep =
  | { readonly kind: 'same' | 'shifted' | 'different'; readonly reference: number; readonly captured: number }
  | { readonly kind: 'missing'; readonly reference: number; readonly captured?: undefined }
  /** `before`: the position in the reference at which it was found. */
  | {
      readonly kind: 'surplus' | 'duplicated';
      readonly reference?: undefined;
      readonly captured: number;
      readonly before: number;
    }
  /** At either end, because all of the capture is early or late by as much as is allowed. */
  | { readonly kind: 'outside'; readonly reference?: number; readonly captured?: number };

export interface CompareOptions {
  readonly maxDrift: number;
  /** How unlike a pair looks, from 0 to 1; without it, what is not equal is all the same. */
  readonly unlikeness?: (reference: number, captured: number) => number;
}

/** How far is searched: a drift that is not allowed is still found, else the check could not fail. */
const REACH = 600;
/** Where pictures are looked at, which takes longer. */
const LOOKING_REACH = 120;

export function compareHashes(
  reference: readonly string[],
  captured: readonly string[],
  options: CompareOptions,
): Comparison {
  const { maxDrift, unlikeness } = options;
  const sequences = sequencesOf(reference, captured, unlikeness);
  const allowed = align(sequences, maxDrift);
  const wide =
    allowed.cost === 0 ? allowed : align(sequences, Math.max(maxDrift, unlikeness ? LOOKING_REACH : REACH));
  const best = wide.cost < allowed.cost ? wide : allowed;
  const judged = judge(allowed, maxDrift, captured);
  const found = best === allowed ? judged : judge(best, maxDrift, captured);
  const unmatched = judged.flatMap((s) =>
    s.kind === 'different' || s.kind === 'missing' ? [s.reference] : [],
  );
  const matched = count(judged, 'same');
  const compared = judged.length - count(judged, 'outside');
  const surplus = count(found, 'surplus') + count(found, 'duplicated');
  return {
    reference: reference.length,
    captured: captured.length,
    compared,
    matched,
    ratio: compared === 0 ? 1 : matched / compared,
    offset: usualLag(best),
    drift: furthest(best),
    missing: count(found, 'missing'),
    surplus,
    duplicated: count(found, 'duplicated'),
    unmatched,
    firstDifference: firstOf(judged),
    steps: found,
  };
}

function sequencesOf(
  reference: readonly string[],
  captured: readonly string[],
  unlikeness: CompareOptions['unlikeness'],
): Sequences {
  const ids = new Map<string, number>();
  const number = (hashes: readonly string[]): Int32Array =>
    Int32Array.from(hashes, (hash) => {
      const id = ids.get(hash) ?? ids.size;
      ids.set(hash, id);
      return id;
    });
  const [r, c] = [number(reference), number(captured)];
  return {
    reference: r.length,
    captured: c.length,
    isEqual: (i, j) => r[i] === c[j],
    // Not equal is never cheaper than half a gap: equal ones nearby are to be found.
    cost: unlikeness ? (i, j) => GAP / 2 + Math.floor((GAP / 2) * Math.min(1, unlikeness(i, j))) : () => GAP,
  };
}

function judge({ steps }: Alignment, maxDrift: number, captured: readonly string[]): ComparedStep[] {
  const outside = edges(steps, maxDrift);
  let before = 0;
  return steps.map((step, i): ComparedStep => {
    if (step.kind !== 'surplus') before = step.reference + 1;
    if (outside.has(i)) return { ...step, kind: 'outside' };
    if (step.kind === 'missing') return step;
    if (step.kind === 'surplus') {
      const hash = captured[step.captured];
      const twice = hash === captured[step.captured - 1] || hash === captured[step.captured + 1];
      return { kind: twice ? 'duplicated' : 'surplus', captured: step.captured, before };
    }
    const { reference, captured: at } = step;
    const kind = !step.equal ? 'different' : Math.abs(at - reference) <= maxDrift ? 'same' : 'shifted';
    return { kind, reference, captured: at };
  });
}

/** A capture that is late by two has two frames too many at its start and lacks two at its end: that is one drift, no loss. */
function edges(steps: readonly Step[], maxDrift: number): ReadonlySet<number> {
  const first = steps.findIndex((step) => step.kind === 'pair');
  const last = steps.findLastIndex((step) => step.kind === 'pair');
  const out = new Set<number>();
  if (first < 0) return out;
  const [start, end] = [lagOf(steps[first]), lagOf(steps[last])];
  const excuse = (indexes: readonly number[], kind: Step['kind'], most: number): void => {
    const excused = indexes.filter((i) => steps[i]?.kind === kind).slice(0, most);
    for (const i of excused) out.add(i);
  };
  const leading = range(0, first);
  const trailing = range(last + 1, steps.length).reverse();
  if (Math.abs(start) <= maxDrift) excuse(leading, start > 0 ? 'surplus' : 'missing', Math.abs(start));
  if (Math.abs(end) <= maxDrift) excuse(trailing, end > 0 ? 'missing' : 'surplus', Math.abs(end));
  return out;
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);

const lagOf = (step: Step | undefined): number =>
  step?.kind === 'pair' ? step.captured - step.reference : 0;

/** The lag of most pairs that are equal (of all, if none is); of equally common ones the smallest. */
function usualLag({ steps }: Alignment): number {
  const equal = steps.filter((step) => step.kind === 'pair' && step.equal);
  const counts = new Map<number, number>();
  for (const step of equal.length > 0 ? equal : steps)
    if (step.kind === 'pair') counts.set(lagOf(step), (counts.get(lagOf(step)) ?? 0) + 1);
  const lags = [...counts].sort(([a, m], [b, n]) => n - m || Math.abs(a) - Math.abs(b) || b - a);
  return lags[0]?.[0] ?? 0;
}

function furthest({ steps }: Alignment): number {
  let most = 0;
  for (const step of steps) most = Math.max(most, Math.abs(lagOf(step)));
  return most;
}

const count = (steps: readonly ComparedStep[], kind: ComparedStep['kind']): number =>
  steps.reduce((sum, step) => (step.kind === kind ? sum + 1 : sum), 0);

function firstOf(steps: readonly ComparedStep[]): number | undefined {
  for (const step of steps) {
    if (step.kind === 'different' || step.kind === 'missing') return step.reference;
    if (step.kind === 'surplus' || step.kind === 'duplicated') return step.before;
  }
  return undefined;
}
