/** One step of laying a capture along a reference. */
export type Step =
  | { readonly kind: 'pair'; readonly reference: number; readonly captured: number; readonly equal: boolean }
  | { readonly kind: 'missing'; readonly reference: number }
  | { readonly kind: 'surplus'; readonly captured: number };

export interface Alignment {
  readonly cost: number;
  readonly steps: readonly Step[];
}

export interface Sequences {
  readonly reference: number;
  readonly captured: number;
  isEqual(reference: number, captured: number): boolean;
  /** Of a pair that is not equal: from 1 to GAP. */
  cost(reference: number, captured: number): number;
}

/** What a missing or a surplus item costs. */
export const GAP = 64;

/** Cells that a table may have; a longer video is searched less far. */
const MAX_CELLS = 60_000_000;

/**
 * The cheapest way to lay one sequence along the other in which no pair is more than `reach` apart. What is equal costs
 * nothing; where ways are equally cheap, a pair goes before a gap, so that the answer is always the same.
 */
export function align(sequences: Sequences, reach: number): Alignment {
  const { reference, captured, isEqual } = sequences;
  const shorter = Math.min(reference, captured);
  let head = 0;
  while (head < shorter && isEqual(head, head)) head++;
  const lag = captured - reference;
  let tail = 0;
  if (Math.abs(lag) <= reach)
    while (tail < shorter - head && isEqual(reference - 1 - tail, captured - 1 - tail)) tail++;
  const middle = alignMiddle(
    sequences,
    head,
    { rows: reference - head - tail, columns: captured - head - tail },
    reach,
  );
  return {
    cost: middle.cost,
    steps: [
      ...Array.from({ length: head }, (_, i) => equalPair(i, i)),
      ...middle.steps,
      ...Array.from({ length: tail }, (_, i) => equalPair(reference - tail + i, captured - tail + i)),
    ],
  };
}

const equalPair = (reference: number, captured: number): Step => ({
  kind: 'pair',
  reference,
  captured,
  equal: true,
});

interface Size {
  readonly rows: number;
  readonly columns: number;
}

const PAIR = 0;
const MISSING = 1;
const SURPLUS = 2;

function alignMiddle(sequences: Sequences, head: number, { rows, columns }: Size, wished: number): Alignment {
  const reach = affordableReach(rows, columns, wished);
  const lag = columns - rows;
  // The end must be within the table, whatever the reach: gaps may lead further than pairs.
  const low = Math.min(-reach, lag);
  const width = Math.max(reach, lag) - low + 1;
  if ((rows + 1) * width > 4 * MAX_CELLS) return straight(sequences, head, { rows, columns });
  const moves = new Uint8Array((rows + 1) * width);
  let above = new Int32Array(width).fill(FAR);
  let costs = new Int32Array(width).fill(FAR);
  for (let row = 0; row <= rows; row++, [above, costs] = [costs, above]) {
    for (let slot = 0; slot < width; slot++) {
      const column = row + low + slot;
      costs[slot] = FAR;
      if (column < 0 || column > columns) continue;
      let [best, move] = row === 0 && column === 0 ? [0, PAIR] : [FAR, PAIR];
      if (row > 0 && column > 0 && Math.abs(column - row) <= reach) {
        const [r, c] = [head + row - 1, head + column - 1];
        best = (above[slot] ?? FAR) + (sequences.isEqual(r, c) ? 0 : sequences.cost(r, c));
      }
      const missing = row > 0 && slot + 1 < width ? (above[slot + 1] ?? FAR) + GAP : FAR;
      if (missing < best) [best, move] = [missing, MISSING];
      const surplus = column > 0 && slot > 0 ? (costs[slot - 1] ?? FAR) + GAP : FAR;
      if (surplus < best) [best, move] = [surplus, SURPLUS];
      costs[slot] = Math.min(best, FAR);
      moves[row * width + slot] = move;
    }
  }
  const steps = backtrack(moves, { rows, columns }, low, width, head, sequences);
  return { cost: above[lag - low] ?? 0, steps };
}

const FAR = 1 << 29;

/** For lengths that no table fits: side by side from the start. */
function straight({ isEqual, cost }: Sequences, head: number, { rows, columns }: Size): Alignment {
  const both = Math.min(rows, columns);
  let sum = 0;
  const steps = Array.from({ length: Math.max(rows, columns) }, (_, i): Step => {
    const at = head + i;
    const equal = i < both && isEqual(at, at);
    sum += equal ? 0 : i < both ? cost(at, at) : GAP;
    if (i < both) return { kind: 'pair', reference: at, captured: at, equal };
    return rows > columns ? { kind: 'missing', reference: at } : { kind: 'surplus', captured: at };
  });
  return { cost: sum, steps };
}

function affordableReach(rows: number, columns: number, reach: number): number {
  const most = Math.max(rows, columns);
  return Math.max(0, Math.min(reach, most, Math.floor(MAX_CELLS / (rows + 1) / 2)));
}

function backtrack(
  moves: Uint8Array,
  size: Size,
  low: number,
  width: number,
  head: number,
  { isEqual }: Sequences,
): Step[] {
  const steps: Step[] = [];
  for (let { rows: row, columns: column } = size; row > 0 || column > 0; ) {
    const move = moves[row * width + (column - row - low)];
    if (move === MISSING) steps.push({ kind: 'missing', reference: head + --row });
    else if (move === SURPLUS) steps.push({ kind: 'surplus', captured: head + --column });
    else {
      const [reference, captured] = [head + --row, head + --column];
      steps.push({ kind: 'pair', reference, captured, equal: isEqual(reference, captured) });
    }
  }
  return steps.reverse();
}
