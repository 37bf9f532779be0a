import { describe, expect, it } from 'vitest';
import { buildTargetGraph, type GraphFault, labelUses } from '../../../src/graph/target-graph.ts';
import { type Label, makeLabel } from '../../../src/model/label.ts';
import type { ResolvedTarget } from '../../../src/model/target.ts';

function target(name: string, deps: readonly string[], more: Partial<ResolvedTarget> = {}): ResolvedTarget {
  return {
    label: makeLabel('p', name),
    rule: 'command',
    file: 'p/BUILD.toml',
    at: ['target', name.length],
    attributes: { deps },
    sources: {},
    labels: { deps: deps.map((dep) => makeLabel('p', dep)) },
    visibility: [],
    tags: [],
    ...more,
  };
}

const everybody = (): boolean => true;
const names = (labels: readonly Label[]): string => labels.map((l) => l.slice(4)).join(' ');

/** `a→b b→a`: as the message will name them. */
const pathOf = (fault: GraphFault | undefined): string =>
  fault?.kind === 'cycle'
    ? fault.uses.map((use) => `${names([use.from.label])}→${names([use.to])}`).join(' ')
    : String(fault?.kind);

describe('order', () => {
  it('puts dependencies first, and repeats whatever order the targets came in', () => {
    const targets = [target('d', ['b', 'c']), target('c', ['a']), target('b', ['a']), target('a', [])];
    const { order, faults } = buildTargetGraph(targets, everybody);
    expect(faults).toEqual([]);
    expect(names(order.map((t) => t.label))).toBe(
      names(buildTargetGraph([...targets].reverse(), everybody).order.map((t) => t.label)),
    );
    const at = (name: string): number => order.findIndex((t) => t.label === `//p:${name}`);
    expect(at('a')).toBeLessThan(Math.min(at('b'), at('c')));
    expect(at('d')).toBe(3);
  });

  it('takes a label named twice as one edge', () => {
    expect(buildTargetGraph([target('a', []), target('b', ['a', 'a'])], everybody).faults).toEqual([]);
  });

  it('bears deep chains', () => {
    const chain = Array.from({ length: 20_000 }, (_, i) => target(`t${i}`, i === 0 ? [] : [`t${i - 1}`]));
    const { order } = buildTargetGraph(chain, everybody);
    expect(order.map((t) => t.label)).toEqual(chain.map((t) => t.label));
  });
});

describe('cycles', () => {
  it('names one of itself', () => {
    expect(pathOf(buildTargetGraph([target('a', ['a'])], everybody).faults[0])).toBe('a→a');
  });

  it('names the shortest way round, not the first', () => {
    // a → b → c → d → a and a → d → a.
    const targets = [target('a', ['b', 'd']), target('b', ['c']), target('c', ['d']), target('d', ['a'])];
    const { faults } = buildTargetGraph(targets, everybody);
    expect(faults.map(pathOf)).toEqual(['a→d d→a']);
  });

  it('reports each knot once, and nothing of what only leads to it', () => {
    const targets = [
      target('a', ['b']),
      target('b', ['a']),
      target('x', ['y']),
      target('y', ['z']),
      target('z', ['x']),
      target('user', ['a', 'x']),
      target('leaf', []),
    ];
    expect(buildTargetGraph(targets, everybody).faults.map(pathOf).sort()).toEqual([
      'a→b b→a',
      'x→y y→z z→x',
    ]);
  });

  it('leaves everything else in order', () => {
    const targets = [
      target('a', ['z']),
      target('b', ['a', 'y', 'x']),
      target('x', ['y', 'c']),
      target('y', ['x', 'y']),
      target('z', []),
      target('c', ['d']),
      target('d', []),
    ];
    const at = new Map(buildTargetGraph(targets, everybody).order.map((t, i) => [names([t.label]), i]));
    expect(at.size).toBe(7);
    for (const [used, user] of ['za', 'ab', 'yb', 'xb', 'cx', 'dc'].map((pair) => [...pair]))
      expect(at.get(used ?? ''), `${used} before ${user}`).toBeLessThan(at.get(user ?? '') ?? 0);
  });

  it('finds one at the end of a deep chain', () => {
    const size = 20_000;
    const chain = Array.from({ length: size }, (_, i) => target(`t${i}`, [`t${(i + 1) % size}`]));
    const [fault] = buildTargetGraph(chain, everybody).faults;
    expect(fault?.kind === 'cycle' && fault.uses.length).toBe(size);
  });
});

describe('uses', () => {
  it('reports a label that leads nowhere, with its place', () => {
    const [fault] = buildTargetGraph([target('a', ['gone'])], everybody).faults;
    expect(fault).toMatchObject({
      kind: 'no-such-target',
      use: { to: '//p:gone', at: ['target', 1, 'deps', 0] },
    });
  });

  it('reports what may not be used, and what it is visible to', () => {
    const targets = [target('a', [], { visibility: ['//q/...'] }), target('b', ['a'])];
    const { faults, order } = buildTargetGraph(targets, (_, used) => used.label !== '//p:a');
    expect(faults).toMatchObject([{ kind: 'not-visible', use: { to: '//p:a' }, visibility: ['//q/...'] }]);
    // Other faults below are still found: the edge is there.
    expect(names(order.map((t) => t.label))).toBe('a b');
  });

  it('names places of single labels and of lists', () => {
    const both = target('a', [], {
      attributes: { deps: [':x', ':y'], tool: ':t' },
      labels: { deps: [makeLabel('p', 'x'), makeLabel('p', 'y')], tool: [makeLabel('p', 't')] },
    });
    expect(labelUses(both).map((use) => use.at.slice(2))).toEqual([['deps', 0], ['deps', 1], ['tool']]);
  });
});
