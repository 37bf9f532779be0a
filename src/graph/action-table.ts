import type { ActionGraph, ActionNode } from './action-graph.ts';

/** A sealed graph as the engine reads it: whole in memory, or stored, with only what is asked for unfolded. */
export interface ActionTable {
  /** Actions and templates; dependencies stand before dependants. */
  readonly size: number;
  deps(index: number): readonly number[];
  node(index: number): ActionNode;
}

const NONE: readonly number[] = [];

export function actionTable({ actions }: ActionGraph): ActionTable {
  return {
    size: actions.length,
    deps: (index) => actions[index]?.deps ?? NONE,
    node: (index) => {
      const node = actions[index];
      if (!node) throw new Error(`no action ${index}`);
      return node;
    },
  };
}
