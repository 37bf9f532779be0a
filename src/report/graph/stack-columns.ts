import type { Ranks } from './order-columns.ts';

const SWEEPS = 10;
/** Boxes in line are easier to follow than edges that are. */
const BOX_WEIGHT = 12;

/**
 * The middle of each place: as near as can be to what it is joined to, in the order of its column and with room between. The first
 * `boxes` places are boxes, the rest are bends.
 */
export function stackColumns(
  { columns, before, after }: Ranks,
  heightOf: (place: number) => number,
  gapBetween: (above: number, below: number) => number,
  boxes: number,
): Float64Array {
  const y = new Float64Array(before.length);
  const offsets = columns.map((column) => stacked(column, heightOf, gapBetween));
  for (const [c, column] of columns.entries())
    for (const [i, place] of column.entries()) y[place] = offsets[c]?.[i] ?? 0;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const forward = sweep % 2 === 0;
    const last = sweep >= SWEEPS - 2;
    for (let k = 0; k < columns.length; k++) {
      const c = forward ? k : columns.length - 1 - k;
      const column = columns[c] ?? [];
      const wanted = column.map((place) => {
        const [left, right] = [pulling(before, place, boxes), pulling(after, place, boxes)];
        const ends = last ? [...left, ...right] : forward ? left : right;
        return ends.length === 0 ? (y[place] ?? 0) : middle(ends.map((end) => y[end] ?? 0));
      });
      settle(
        wanted,
        offsets[c] ?? [],
        column.map((place) => (place < boxes ? BOX_WEIGHT : 1)),
      ).forEach((value, i) => {
        const place = column[i];
        if (place !== undefined) y[place] = value;
      });
    }
  }
  return y;
}

/** A box stays in line with boxes next to it, if there are any: bends can go around. */
function pulling(ends: Ranks['before'], place: number, boxes: number): readonly number[] {
  const all = ends[place] ?? [];
  if (place >= boxes) return all;
  const near = all.filter((end) => end < boxes);
  return near.length > 0 ? near : all;
}

function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? 0) + upper) / 2;
}

function stacked(
  column: readonly number[],
  heightOf: (place: number) => number,
  gapBetween: (above: number, below: number) => number,
): number[] {
  const offsets: number[] = [];
  let bottom = 0;
  column.forEach((place, i) => {
    const above = column[i - 1];
    const top = above === undefined ? 0 : bottom + gapBetween(above, place);
    offsets.push(top + heightOf(place) / 2);
    bottom = top + heightOf(place);
  });
  return offsets;
}

/** The least move from what is wanted that keeps the distances: neighbours that would overlap move as one, the heavier ones least. */
function settle(wanted: readonly number[], offsets: readonly number[], weights: readonly number[]): number[] {
  const blocks: { sum: number; weight: number; count: number }[] = [];
  wanted.forEach((value, i) => {
    const weight = weights[i] ?? 1;
    let block = { sum: (value - (offsets[i] ?? 0)) * weight, weight, count: 1 };
    for (
      let last = blocks.at(-1);
      last && last.sum / last.weight >= block.sum / block.weight;
      last = blocks.at(-1)
    ) {
      block = {
        sum: block.sum + last.sum,
        weight: block.weight + last.weight,
        count: block.count + last.count,
      };
      blocks.pop();
    }
    blocks.push(block);
  });
  return blocks
    .flatMap(({ sum, weight, count }) => new Array<number>(count).fill(sum / weight))
    .map((value, i) => value + (offsets[i] ?? 0));
}
