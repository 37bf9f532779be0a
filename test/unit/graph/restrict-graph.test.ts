import { describe, expect, it } from 'vitest';
import type { ActionGraph, ActionNode } from '../../../src/graph/action-graph.ts';
import { restrictGraph } from '../../../src/graph/restrict-graph.ts';
import { makeLabel } from '../../../src/model/label.ts';
import type { ConfiguredTarget } from '../../../src/model/target.ts';

const label = (name: string) => makeLabel('', name);

const target = (name: string, deps: readonly string[]): ConfiguredTarget => ({
  label: label(name),
  rule: 'x',
  file: 'BUILD.toml',
  at: [],
  deps: deps.map(label),
  tags: [],
  test: false,
  actions: [],
  provides: { files: [], providers: {} },
});

const action = (name: string, of: number, deps: readonly number[]): ActionNode => ({
  id: `//:${name}%x`,
  target: of,
  decl: {
    id: 'x',
    mnemonic: 'X',
    argv: [],
    env: {},
    inputs: [],
    outputs: [],
    tools: [],
    network: false,
    retries: 0,
  },
  deps,
});

/** a → c → d, b → d, and e on its own; actions stand dependencies first. */
const graph: ActionGraph = {
  targets: [target('a', ['c']), target('b', ['d']), target('c', ['d']), target('d', []), target('e', [])],
  actions: [
    action('e', 4, []),
    action('d', 3, []),
    action('b', 1, [1]),
    action('c', 2, [1]),
    action('a', 0, [3]),
  ],
};

describe('restrictGraph', () => {
  it('keeps what is wanted and what that needs, and points to the new places', () => {
    const { targets, actions } = restrictGraph(graph, [label('a')]);
    expect(targets.map((t) => t.label)).toEqual(['//:a', '//:c', '//:d']);
    expect(
      actions.map(({ id, target: of, deps }) => [id, targets[of]?.label, deps.map((d) => actions[d]?.id)]),
    ).toEqual([
      ['//:d%x', '//:d', []],
      ['//:c%x', '//:c', ['//:d%x']],
      ['//:a%x', '//:a', ['//:c%x']],
    ]);
  });

  it('is the whole graph when everything is wanted, and none when nothing is', () => {
    expect(
      restrictGraph(
        graph,
        graph.targets.map((t) => t.label),
      ),
    ).toEqual(graph);
    expect(restrictGraph(graph, [])).toEqual({ targets: [], actions: [] });
  });
});
