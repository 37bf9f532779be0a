import type { View } from './view.ts';

/** The column of each box, and where each lane begins; the last entry is where all ends. */
export interface Columns {
  readonly columnOf: readonly number[];
  readonly laneStarts: readonly number[];
}

/** A lane beside the other; within one, what is used to the left of what uses it. */
export function columnsOf({ boxes, links }: View, lanes: number): Columns {
  const inLane = links.filter(({ from, to }) => boxes[from]?.lane === boxes[to]?.lane);
  const depth = depths(boxes.length, inLane);
  const laneStarts = [0];
  for (let lane = 0; lane < lanes; lane++) {
    const widths = boxes.map((box, i) => (box.lane === lane ? (depth[i] ?? 0) + 1 : 0));
    laneStarts.push((laneStarts[lane] ?? 0) + widths.reduce((widest, width) => Math.max(widest, width), 0));
  }
  return { columnOf: boxes.map((box, i) => (laneStarts[box.lane] ?? 0) + (depth[i] ?? 0)), laneStarts };
}

interface Edge {
  readonly from: number;
  readonly to: number;
}

/** The longest way to each from where nothing is before; edges that close a circle do not count. What is first moves up to its users. */
function depths(size: number, edges: readonly Edge[]): number[] {
  const next: number[][] = Array.from({ length: size }, () => []);
  const users: number[][] = Array.from({ length: size }, () => []);
  for (const { from, to } of edges) next[from]?.push(to);
  const order = finishOrder(next);
  const rank = new Map(order.map((box, i) => [box, i]));
  const forward = edges.filter(({ from, to }) => (rank.get(from) ?? 0) < (rank.get(to) ?? 0));
  const hasBefore = new Set(forward.map(({ to }) => to));
  for (const { from, to } of forward) users[from]?.push(to);
  const depth = new Array<number>(size).fill(0);
  for (const box of order) {
    for (const user of users[box] ?? []) depth[user] = Math.max(depth[user] ?? 0, (depth[box] ?? 0) + 1);
  }
  for (const box of order) {
    const own = users[box] ?? [];
    if (hasBefore.has(box) || own.length === 0) continue;
    depth[box] = own.reduce((least, user) => Math.min(least, depth[user] ?? 0), Number.POSITIVE_INFINITY) - 1;
  }
  return depth;
}

/** Depth first, without recursion; what is used before what uses it, but for circles. */
function finishOrder(next: readonly (readonly number[])[]): number[] {
  const done: number[] = [];
  const seen = new Set<number>();
  for (let root = 0; root < next.length; root++) {
    if (seen.has(root)) continue;
    seen.add(root);
    const stack = [{ box: root, at: 0 }];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const to = next[top.box]?.[top.at++];
      if (to === undefined) {
        done.push(top.box);
        stack.pop();
      } else if (!seen.has(to)) {
        seen.add(to);
        stack.push({ box: to, at: 0 });
      }
    }
  }
  return done.reverse();
}
