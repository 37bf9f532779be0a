import fc from 'fast-check';
import { expect, it } from 'vitest';
import { longestChain } from '../../../src/graph/longest-chain.ts';
import { toyGraph } from '../../support/declared-graph.ts';

/** By trying every way there is. */
function longest(edges: ReadonlySet<string>, cost: readonly number[], at: number): number {
  const deps = cost.flatMap((_, to) => (edges.has(`${at}>${to}`) ? [longest(edges, cost, to)] : []));
  return (cost[at] ?? 0) + Math.max(0, ...deps);
}

it('is as long as the longest of all ways, and is one', () => {
  const world = fc
    .integer({ min: 1, max: 10 })
    .chain((size) =>
      fc.tuple(
        fc.array(fc.nat(20), { minLength: size, maxLength: size }),
        fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 25 }),
      ),
    );
  fc.assert(
    fc.property(world, ([cost, pairs]) => {
      const edges = new Set(pairs.filter(([a, b]) => a > b).map(([a, b]) => `${a}>${b}`));
      const graph = toyGraph(
        Object.fromEntries(
          cost.map((_, n) => [
            `//:t${n}`,
            { deps: cost.flatMap((__, to) => (edges.has(`${n}>${to}`) ? [`//:t${to}`] : [])) },
          ]),
        ),
      );
      const chain = longestChain(graph, new Uint8Array(cost.length).fill(1), (i) => cost[i] ?? 0);
      const total = chain.reduce((sum, i) => sum + (cost[i] ?? 0), 0);
      expect(total).toBe(Math.max(...cost.map((_, i) => longest(edges, cost, i))));
      for (let i = 1; i < chain.length; i++) expect(edges.has(`${chain[i]}>${chain[i - 1]}`)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

it('ends in circles', () => {
  const graph = toyGraph({
    '//:a': { deps: ['//:b'] },
    '//:b': { deps: ['//:a'] },
    '//:c': { deps: ['//:c', '//:a'] },
  });
  expect(longestChain(graph, new Uint8Array(3).fill(1), () => 1).length).toBeGreaterThan(1);
});
