import { describe, expect, it } from 'vitest';
import { buildActionGraph } from '../../../src/graph/action-graph.ts';
import { restrictGraph } from '../../../src/graph/restrict-graph.ts';
import type { ActionDecl, InputRef } from '../../../src/model/action.ts';
import { makeLabel } from '../../../src/model/label.ts';
import type { ConfiguredTarget } from '../../../src/model/target.ts';

const out = (path: string): InputRef => ({ kind: 'output', path: `recomp-out/${path}` });

function action(
  id: string,
  outputs: readonly string[],
  inputs: readonly InputRef[] = [],
  more: Partial<ActionDecl> = {},
): ActionDecl {
  return {
    id,
    mnemonic: 'Do',
    argv: [id],
    env: {},
    inputs,
    outputs: outputs.map((path) => ({ path: `recomp-out/${path}`, tree: false })),
    tools: [],
    network: false,
    retries: 0,
    ...more,
  };
}

const target = (
  name: string,
  actions: readonly ActionDecl[],
  deps: readonly string[] = [],
): ConfiguredTarget => ({
  label: makeLabel('p', name),
  rule: 'r',
  file: 'p/BUILD.toml',
  at: [],
  deps: deps.map((dep) => makeLabel('p', dep)),
  tags: [],
  test: false,
  actions,
  provides: { files: [], providers: {} },
});

describe('edges', () => {
  it('follow outputs across targets, and targets stand in label order', () => {
    const { graph, faults } = buildActionGraph([
      target('z', [action('make', ['z'])]),
      target('a', [action('use', ['a'], [out('z')])]),
    ]);
    expect(faults).toEqual([]);
    expect(graph.targets.map((t) => t.label)).toEqual(['//p:a', '//p:z']);
    expect(graph.actions.map(({ id, target: t, deps }) => [id, t, deps])).toEqual([
      ['//p:z%make', 1, []],
      ['//p:a%use', 0, [0]],
    ]);
  });

  it('put dependencies first also within a target that lists them last', () => {
    const { graph } = buildActionGraph([
      target('t', [
        action('last', ['c'], [out('b')]),
        action('middle', ['b'], [out('a')]),
        action('first', ['a']),
      ]),
    ]);
    expect(graph.actions.map((a) => a.decl.id)).toEqual(['first', 'middle', 'last']);
    expect(graph.actions.map((a) => a.deps)).toEqual([[], [0], [1]]);
  });

  it('lead from a template to its directory, and from its users to the template', () => {
    const owner = makeLabel('p', 't');
    const item = action('item', ['done/$(item.stem)'], [], {
      each: { over: 'recomp-out/parts', include: ['**'], exclude: [] },
    });
    const { graph, faults } = buildActionGraph([
      target('t', [
        action('join', ['all'], [{ kind: 'group', owner, template: 'item' }]),
        item,
        action('split', ['parts']),
      ]),
    ]);
    expect(faults).toEqual([]);
    expect(graph.actions.map((a) => [a.decl.id, a.deps])).toEqual([
      ['split', []],
      ['item', [0]],
      ['join', [1]],
    ]);
  });

  it('name each dependency once', () => {
    const { graph } = buildActionGraph([
      target('a', [action('two', ['x', 'y'])]),
      target('b', [action('use', ['b'], [out('x'), out('y')])]),
    ]);
    expect(graph.actions[1]?.deps).toEqual([0]);
  });
});

describe('faults', () => {
  it('name both owners of one output', () => {
    const { faults } = buildActionGraph([
      target('a', [action('x', ['same'])]),
      target('b', [action('x', ['same'])]),
    ]);
    expect(faults).toEqual([
      { kind: 'same-output', path: 'recomp-out/same', first: '//p:a', second: '//p:b' },
    ]);
  });

  it('name both owners where one output would lie inside another, whoever comes first', () => {
    const inner = target('inner', [action('x', ['dir/sub/file'])]);
    const outer = target('outer', [action('x', ['dir'])]);
    const expected = {
      kind: 'output-inside-output',
      outer: 'recomp-out/dir',
      inner: 'recomp-out/dir/sub/file',
      first: '//p:outer',
      second: '//p:inner',
    };
    expect(buildActionGraph([inner, outer]).faults).toEqual([expected]);
    expect(buildActionGraph([outer, inner]).faults).toEqual([expected]);
  });

  it('do not take a name that starts alike for a folder', () => {
    expect(buildActionGraph([target('a', [action('x', ['dir', 'dir2/file', 'di'])])]).faults).toEqual([]);
  });

  it('name who reads what nobody makes', () => {
    expect(buildActionGraph([target('a', [action('x', ['a'], [out('gone')])])]).faults).toEqual([
      { kind: 'no-such-output', path: 'recomp-out/gone', user: '//p:a' },
    ]);
  });
});

it('a part of a graph keeps its edges', () => {
  const { graph } = buildActionGraph([
    target('a', [action('x', ['a'])]),
    target('b', [action('x', ['b'], [out('a')])], ['a']),
    target('c', [action('x', ['c'])]),
    target('d', [action('x', ['d'], [out('c')])], ['c']),
  ]);
  const part = restrictGraph(graph, [makeLabel('p', 'd')]);
  expect(part.targets.map((t) => t.label)).toEqual(['//p:c', '//p:d']);
  expect(part.actions.map(({ id, target: t, deps }) => [id, t, deps])).toEqual([
    ['//p:c%x', 0, []],
    ['//p:d%x', 1, [0]],
  ]);
});
