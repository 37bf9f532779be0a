import { describe, expect, it } from 'vitest';
import type { ActionTrace, TraceSource } from '../../../src/engine/trace.ts';
import { extentOf } from '../../../src/engine/untouched.ts';
import { digestBytes } from '../../../src/fingerprint/digest-bytes.ts';
import type { ActionNode } from '../../../src/graph/action-graph.ts';
import type { ActionTable } from '../../../src/graph/action-table.ts';

const keyOf = (text: string): ActionTrace['key'] => digestBytes(Buffer.from(text)).hash;

const traceOf = (key: string, more: Partial<ActionTrace> = {}): ActionTrace => ({
  key: keyOf(key),
  result: { outputs: [], isolation: 2 },
  ...more,
});

function tableOf(deps: readonly (readonly number[])[], templates: readonly number[] = []): ActionTable {
  const node = (index: number): ActionNode => ({
    id: `//p:t%${index}`,
    target: index,
    deps: deps[index] ?? [],
    decl: {
      id: String(index),
      mnemonic: 'Do',
      argv: [],
      env: {},
      inputs: [],
      outputs: [],
      tools: [],
      network: false,
      retries: 0,
      ...(templates.includes(index)
        ? { each: { over: 'recomp-out/parts', include: ['**'], exclude: [] } }
        : {}),
    },
  });
  return { size: deps.length, deps: (index) => deps[index] ?? [], node };
}

const source = (traces: Readonly<Record<string, ActionTrace>>): TraceSource => ({
  at: (_, id) => traces[id],
  byId: (id) => traces[id],
});
const known = (count: number): Record<string, ActionTrace> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`//p:t%${i}`, traceOf(String(i))]));

const look = (extent: ReturnType<typeof extentOf>): [string, string] => [
  [...extent.wanted].join(''),
  extent.border.map((b) => b.index).join(' '),
];

describe('what a build has to look at', () => {
  const deps = [[], [0], [0], [1], [2]];

  it('is everything when nothing is known', () => {
    expect(look(extentOf(tableOf(deps), source({}), 'all'))).toEqual(['11111', '']);
  });

  it('is nothing when nothing is dirty, whatever the journal knows', () => {
    expect(look(extentOf(tableOf(deps), source({}), new Set()))).toEqual(['00000', '']);
  });

  it('is what is dirty and all below it; the journal answers for what these read', () => {
    expect(look(extentOf(tableOf(deps), source(known(5)), new Set([1])))).toEqual(['01010', '0']);
  });

  it('grows by what the journal does not know, and by what is below that', () => {
    const { '//p:t%0': _, ...rest } = known(5);
    expect(look(extentOf(tableOf(deps), source(rest), new Set([1])))).toEqual(['11111', '']);
  });

  it('takes a template for known only with the very instances it had', () => {
    const graph = [[], [0], [1]];
    const template = traceOf('none', { items: ['a', 'b'], keys: [keyOf('a'), keyOf('b')] });
    const traces = {
      ...known(3),
      '//p:t%1': template,
      '//p:t%1[a]': traceOf('a'),
      '//p:t%1[b]': traceOf('b'),
    };
    const extent = (more: Record<string, ActionTrace>): [string, string] =>
      look(extentOf(tableOf(graph, [1]), source({ ...traces, ...more }), new Set([2])));
    expect(extent({})).toEqual(['001', '1']);
    expect(extent({ '//p:t%1[b]': traceOf('newer') }), 'another request has built it since').toEqual([
      '011',
      '0',
    ]);
    expect(extent({ '//p:t%1': { ...template, items: ['a', 'b', 'c'] } }), 'one is lost').toEqual([
      '011',
      '0',
    ]);
    expect(
      extent({ '//p:t%1': traceOf('none', { items: ['a', 'b'] }) }),
      'they were never all right',
    ).toEqual(['011', '0']);
  });
});
