/** Two lists of hashes, laid over each other where they agree best. */
export interface Comparison {
  readonly reference: number;
  readonly captured: number;
  readonly compared: number;
  readonly matched: number;
  readonly match_ratio: number;
  readonly threshold: number;
  /** How far the capture lags behind the reference. */
  readonly offset: number;
  readonly length_delta: number;
  /** Positions in the reference that the capture does not show, or shows differently. */
  readonly first_difference: number | null;
  readonly differences: readonly number[];
}

const MAX_LISTED = 100;

/** What either has more than the other counts against the match. */
export function compareHashes(
  reference: readonly string[],
  captured: readonly string[],
  limits: { readonly threshold: number; readonly maxDrift: number },
): Comparison {
  let offset = 0;
  let best = countMatches(reference, captured, 0);
  for (const candidate of driftsWithin(limits.maxDrift)) {
    const matched = countMatches(reference, captured, candidate);
    if (matched > best) [offset, best] = [candidate, matched];
  }
  const differences = reference.flatMap((hash, i) => (captured[i + offset] === hash ? [] : [i]));
  const compared = Math.max(reference.length, captured.length);
  return {
    reference: reference.length,
    captured: captured.length,
    compared,
    matched: best,
    match_ratio: compared === 0 ? 1 : best / compared,
    threshold: limits.threshold,
    offset,
    length_delta: captured.length - reference.length,
    first_difference: differences[0] ?? (captured.length > reference.length ? reference.length : null),
    differences: differences.slice(0, MAX_LISTED),
  };
}

/** 1, −1, 2, −2, …: of equally good offsets the smallest wins. */
const driftsWithin = (limit: number): number[] => Array.from({ length: limit }, (_, i) => [i + 1, -(i + 1)]).flat();

const countMatches = (reference: readonly string[], captured: readonly string[], offset: number): number =>
  reference.reduce((count, hash, i) => (captured[i + offset] === hash ? count + 1 : count), 0);
