/** Places in columns, and what joins neighbours: each edge leads from one column to the next. */
export interface Ranks {
  /** Place numbers, by column, from top to bottom. */
  readonly columns: number[][];
  readonly before: readonly (readonly number[])[];
  readonly after: readonly (readonly number[])[];
}

const SWEEPS = 12;
/** Counting crossings of more edges than this costs more than it is worth. */
const COUNTED = 20_000;

/** Puts each place near what it is joined to, to and fro, and keeps the order in which the fewest edges cross. */
export function orderColumns({ columns, before, after }: Ranks): void {
  const at = new Map<number, number>();
  const number = (column: readonly number[]): void => {
    for (const [i, place] of column.entries()) at.set(place, i);
  };
  columns.forEach(number);
  const edges = after.reduce((sum, ends) => sum + ends.length, 0);
  let best = columns.map((column) => [...column]);
  let fewest = edges > COUNTED ? 0 : crossings(columns, after, at);
  for (let sweep = 0; sweep < SWEEPS && (fewest > 0 || edges > COUNTED); sweep++) {
    const forward = sweep % 2 === 0;
    const neighbours = forward ? before : after;
    for (const column of forward ? columns : [...columns].reverse()) {
      const middle = new Map(column.map((place) => [place, middleOf(neighbours[place] ?? [], at)]));
      column.sort((a, b) => (middle.get(a) ?? at.get(a) ?? 0) - (middle.get(b) ?? at.get(b) ?? 0));
      number(column);
    }
    const now = edges > COUNTED ? -1 : crossings(columns, after, at);
    if (edges <= COUNTED && now >= fewest) continue;
    fewest = now;
    best = columns.map((column) => [...column]);
  }
  for (const [i, column] of best.entries()) columns[i]?.splice(0, column.length, ...column);
}

/** Absent: it is joined to nothing on that side, and stays. */
function middleOf(ends: readonly number[], at: ReadonlyMap<number, number>): number | undefined {
  if (ends.length === 0) return undefined;
  return ends.reduce((sum, end) => sum + (at.get(end) ?? 0), 0) / ends.length;
}

function crossings(
  columns: readonly (readonly number[])[],
  after: readonly (readonly number[])[],
  at: ReadonlyMap<number, number>,
): number {
  let total = 0;
  for (const column of columns) {
    const ends = column.flatMap((place) =>
      (after[place] ?? []).map((end) => at.get(end) ?? 0).sort((a, b) => a - b),
    );
    total += inversions(ends);
  }
  return total;
}

/** Pairs that stand the wrong way round, by a tree of partial sums. */
function inversions(values: readonly number[]): number {
  const size = values.reduce((most, value) => Math.max(most, value), 0) + 1;
  const tree = new Int32Array(size + 1);
  let total = 0;
  values.forEach((value, i) => {
    let smaller = 0;
    for (let k = value + 1; k > 0; k -= k & -k) smaller += tree[k] ?? 0;
    total += i - smaller;
    for (let k = value + 1; k <= size; k += k & -k) tree[k] = (tree[k] ?? 0) + 1;
  });
  return total;
}
