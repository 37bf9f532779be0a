import type { DeclaredGraph } from '../declared-graph.ts';
import { membersOf, type TargetSet } from './target-set.ts';

/** Edges in one direction: those of `i` are `ends[starts[i] … starts[i + 1]]`. */
export interface Edges {
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

export const toDependencies = ({ depStarts, deps }: DeclaredGraph): Edges => ({
  starts: depStarts,
  ends: deps,
});

/** The same edges from the other end; each target's users in label order. */
export function turnedAround({ starts, ends }: Edges): Edges {
  const size = starts.length - 1;
  const backStarts = new Uint32Array(size + 1);
  for (const end of ends) backStarts[end + 1] = (backStarts[end + 1] ?? 0) + 1;
  for (let i = 0; i < size; i++) backStarts[i + 1] = (backStarts[i + 1] ?? 0) + (backStarts[i] ?? 0);
  const next = backStarts.slice();
  const backEnds = new Uint32Array(ends.length);
  for (let from = 0; from < size; from++) {
    for (let e = starts[from] ?? 0; e < (starts[from + 1] ?? 0); e++) {
      const end = ends[e] ?? 0;
      const at = next[end] ?? 0;
      backEnds[at] = from;
      next[end] = at + 1;
    }
  }
  return { starts: backStarts, ends: backEnds };
}

/** `from`, and what can be come to in at most `depth` steps, without leaving `within`. */
export function reach(
  edges: Edges,
  from: TargetSet,
  depth = Number.POSITIVE_INFINITY,
  within?: TargetSet,
): TargetSet {
  const seen = within ? from.map((has, i) => has & (within[i] ?? 0)) : from.slice();
  let ring = membersOf(seen);
  for (let step = 0; step < depth && ring.length > 0; step++) ring = nextRing(edges, ring, seen, within);
  return seen;
}

function nextRing(
  { starts, ends }: Edges,
  ring: readonly number[],
  seen: TargetSet,
  within: TargetSet | undefined,
): number[] {
  const next: number[] = [];
  for (const at of ring) {
    for (let e = starts[at] ?? 0; e < (starts[at + 1] ?? 0); e++) {
      const end = ends[e] ?? 0;
      if (seen[end] === 1 || within?.[end] === 0) continue;
      seen[end] = 1;
      next.push(end);
    }
  }
  return next;
}

/** A shortest path from one of `from` to one of `to`, both ends in it; none: empty. Which one is not left to chance. */
export function shortestPath({ starts, ends }: Edges, from: TargetSet, to: TargetSet): number[] {
  const cameFrom = new Int32Array(from.length).fill(UNSEEN);
  const queue = membersOf(from);
  for (const start of queue) cameFrom[start] = START;
  for (let i = 0; i < queue.length; i++) {
    const at = queue[i] ?? 0;
    if (to[at] === 1) return trail(cameFrom, at);
    for (let e = starts[at] ?? 0; e < (starts[at + 1] ?? 0); e++) {
      const end = ends[e] ?? 0;
      if (cameFrom[end] !== UNSEEN) continue;
      cameFrom[end] = at;
      queue.push(end);
    }
  }
  return [];
}

const UNSEEN = -2;
const START = -1;

function trail(cameFrom: Int32Array, end: number): number[] {
  const path: number[] = [];
  for (let at = end; at >= 0; at = cameFrom[at] ?? START) path.push(at);
  return path.reverse();
}

/** What lies on any path from `from` to `to`, the ends included. */
export function between(edges: Edges, back: Edges, from: TargetSet, to: TargetSet): TargetSet {
  const down = reach(edges, from);
  return reach(back, to, undefined, down);
}
