import { type DeclaredGraph, depsOf } from './declared-graph.ts';
import type { TargetSet } from './query/target-set.ts';

/** The chain of dependencies, among these targets, that takes longest in all, what is first first. Circles have none. */
export function longestChain(
  graph: DeclaredGraph,
  within: TargetSet,
  costOf: (target: number) => number,
): readonly number[] {
  const cost = new Float64Array(graph.labels.length);
  const before = new Int32Array(graph.labels.length).fill(-1);
  let last = -1;
  for (const target of usedFirst(graph, within)) {
    let longest = 0;
    for (const dep of depsOf(graph, target)) {
      // What is part of a circle has no cost yet, and is no longer than nothing.
      if (within[dep] !== 1 || (cost[dep] ?? 0) <= longest) continue;
      longest = cost[dep] ?? 0;
      before[target] = dep;
    }
    cost[target] = longest + costOf(target);
    if ((cost[target] ?? 0) > (last < 0 ? 0 : (cost[last] ?? 0))) last = target;
  }
  const chain: number[] = [];
  for (let at = last; at >= 0; at = before[at] ?? -1) chain.push(at);
  return chain.reverse();
}

/** Each after what it depends on, but for circles. */
function* usedFirst(graph: DeclaredGraph, within: TargetSet): Generator<number> {
  const seen = new Uint8Array(graph.labels.length);
  for (let root = within.indexOf(1); root >= 0; root = within.indexOf(1, root + 1)) {
    if (seen[root] === 1) continue;
    seen[root] = 1;
    const stack = [{ target: root, deps: depsOf(graph, root), at: 0 }];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const dep = top.deps[top.at++];
      if (dep === undefined) {
        yield top.target;
        stack.pop();
      } else if (within[dep] === 1 && seen[dep] === 0) {
        seen[dep] = 1;
        stack.push({ target: dep, deps: depsOf(graph, dep), at: 0 });
      }
    }
  }
}
