import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Plan } from '../../../src/plan/plan.ts';
import { ReadyHeap } from '../../../src/plan/ready-heap.ts';

interface Shape {
  readonly deps: readonly (readonly number[])[];
  readonly weights?: readonly number[];
  readonly wanted?: (index: number) => boolean;
}

const planOf = ({ deps, weights = [], wanted = () => true }: Shape): Plan =>
  new Plan({ size: deps.length, deps: (i) => deps[i] ?? [], weight: (i) => weights[i] ?? 1, wanted });

/** Everything that can start now. */
function takeAll(plan: Plan): number[] {
  const taken: number[] = [];
  for (let next = plan.take(); next !== undefined; next = plan.take()) taken.push(next);
  return taken;
}

const states = (plan: Plan, count: number): (string | undefined)[] =>
  Array.from({ length: count }, (_, i) => plan.state(i));

describe('what may start', () => {
  it('is what waits for nothing, and no barrier: a node starts as soon as its own dependencies are done', () => {
    const plan = planOf({ deps: [[], [], [0], [0, 1]] });
    expect(takeAll(plan)).toEqual([0, 1]);
    plan.succeed(0);
    expect(takeAll(plan)).toEqual([2]);
    plan.succeed(1);
    expect(takeAll(plan)).toEqual([3]);
  });

  it('counts each dependency once it has ended, in whatever order', () => {
    const plan = planOf({ deps: [[], [], [], [0, 1, 2]] });
    takeAll(plan);
    for (const index of [2, 0]) {
      plan.succeed(index);
      expect(plan.readyCount).toBe(0);
    }
    plan.succeed(1);
    expect(plan.take()).toBe(3);
    plan.succeed(3);
    expect(plan.finished).toBe(true);
  });

  it('takes what is not wanted as done', () => {
    const plan = planOf({ deps: [[], [0], [1]], wanted: (i) => i !== 0 });
    expect(plan.unfinished).toBe(2);
    expect(plan.take()).toBe(1);
    expect(plan.state(0)).toBeUndefined();
  });

  it('is finished at once when nothing is wanted', () => {
    expect(planOf({ deps: [[], [0]], wanted: () => false }).finished).toBe(true);
  });
});

describe('the order', () => {
  it('puts the head of the longest path first, by expected cost and not by number of steps', () => {
    // 0 → 3 → 4 is long by steps, 1 → 5 is long by cost.
    const plan = planOf({ deps: [[], [], [], [0], [3], [1]], weights: [1, 1, 1, 1, 1, 50] });
    expect(takeAll(plan)).toEqual([1, 0, 2]);
  });

  it('breaks ties by index, so that runs repeat', () => {
    expect(takeAll(planOf({ deps: [[], [], [], []] }))).toEqual([0, 1, 2, 3]);
  });

  it('heap: always gives the highest priority, whatever is pushed between', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ priority: fc.integer({ min: 0, max: 5 }), pops: fc.integer({ min: 0, max: 2 }) }),
        ),
        (steps) => {
          const priorities: number[] = [];
          const heap = new ReadyHeap((i) => priorities[i] ?? 0);
          const left = new Set<number>();
          const best = (): number | undefined =>
            [...left].sort((a, b) => (priorities[b] ?? 0) - (priorities[a] ?? 0) || a - b)[0];
          for (const { priority, pops } of steps) {
            left.add(priorities.push(priority) - 1);
            heap.push(priorities.length - 1);
            for (let n = 0; n < pops; n++) {
              const want = best();
              expect(heap.pop()).toBe(want);
              if (want !== undefined) left.delete(want);
            }
            expect(heap.size).toBe(left.size);
          }
        },
      ),
    );
  });
});

describe('failure', () => {
  it('skips everything below, each once and in order, and nothing beside', () => {
    const plan = planOf({ deps: [[], [], [0], [1], [2, 3], [4]] });
    expect(takeAll(plan)).toEqual([0, 1]);
    expect(plan.fail(0)).toEqual([2, 4, 5]);
    plan.succeed(1);
    expect(takeAll(plan)).toEqual([3]);
    plan.succeed(3);
    expect(plan.finished).toBe(true);
    expect(states(plan, 6)).toEqual(['failed', 'done', 'skipped', 'done', 'skipped', 'skipped']);
  });

  it('skips what a second failure reaches only if the first did not', () => {
    const plan = planOf({ deps: [[], [], [0, 1], [1]] });
    takeAll(plan);
    expect(plan.fail(0)).toEqual([2]);
    expect(plan.fail(1)).toEqual([3]);
    expect(plan.finished).toBe(true);
  });

  it('cannot end a node twice', () => {
    const plan = planOf({ deps: [[]] });
    plan.take();
    plan.succeed(0);
    expect(() => plan.fail(0)).toThrow('already done');
  });
});

describe('growth', () => {
  it('keeps dependants waiting until every instance has ended', () => {
    const plan = planOf({ deps: [[], [0], [1]] });
    plan.take();
    plan.succeed(0);
    expect(plan.take()).toBe(1);
    expect(plan.grow(1, 2)).toEqual([3, 4]);
    expect(plan.state(1)).toBe('growing');
    expect(takeAll(plan)).toEqual([3, 4]);
    plan.succeed(3);
    expect(plan.readyCount).toBe(0);
    plan.succeed(4);
    expect(plan.state(1)).toBe('done');
    expect(plan.take()).toBe(2);
  });

  it('by nothing is done at once', () => {
    const plan = planOf({ deps: [[], [0]] });
    plan.take();
    expect(plan.grow(0, 0)).toEqual([]);
    expect(plan.take()).toBe(1);
  });

  it('lets the other instances run when one fails, then fails as a whole', () => {
    const plan = planOf({ deps: [[], [0], [1]] });
    plan.take();
    plan.grow(0, 2);
    takeAll(plan);
    expect(plan.fail(3)).toEqual([]);
    plan.succeed(4);
    expect(states(plan, 3)).toEqual(['failed', 'skipped', 'skipped']);
    expect(plan.finished).toBe(true);
  });

  it('tells what the last instance takes with it, when it is that one that fails', () => {
    const plan = planOf({ deps: [[], [0]] });
    plan.take();
    plan.grow(0, 2);
    takeAll(plan);
    plan.succeed(2);
    expect(plan.fail(3)).toEqual([1]);
  });

  it('numbers the instances of several templates without gaps', () => {
    const plan = planOf({ deps: [[], []] });
    takeAll(plan);
    expect([plan.grow(1, 1), plan.grow(0, 2)]).toEqual([[2], [3, 4]]);
  });
});

it('any graph, any failures: each node ends once, after its dependencies, and none is left', () => {
  const graph = fc.array(
    fc.record({ deps: fc.array(fc.nat(30), { maxLength: 4 }), fails: fc.nat(9), cost: fc.nat(9) }),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(graph, (nodes) => {
      const deps = nodes.map((n, i) => (i === 0 ? [] : [...new Set(n.deps.map((d) => d % i))]));
      const plan = planOf({ deps, weights: nodes.map((n) => n.cost) });
      const skipped = new Set<number>();
      const done = new Set<number>();
      for (let next = plan.take(); next !== undefined; next = plan.take()) {
        expect(deps[next]?.every((d) => done.has(d))).toBe(true);
        if (nodes[next]?.fails === 0) {
          for (const below of plan.fail(next)) {
            expect(skipped.has(below)).toBe(false);
            skipped.add(below);
          }
        } else {
          plan.succeed(next);
          done.add(next);
        }
      }
      expect(plan.finished).toBe(true);
      nodes.forEach((_, i) => {
        const hasBadDep = (deps[i] ?? []).some((d) => !done.has(d));
        expect(skipped.has(i)).toBe(hasBadDep);
      });
    }),
  );
});
