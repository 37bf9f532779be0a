import type { ActionGraph } from './action-graph.ts';

/** The graph without the actions that are tests: `build` makes what they need, `test` runs them. Nothing depends on them. */
export function withoutTests(graph: ActionGraph): ActionGraph {
  if (!graph.actions.some((action) => action.decl.test)) return graph;
  const position = new Map<number, number>();
  graph.actions.forEach((action, index) => {
    if (!action.decl.test) position.set(index, position.size);
  });
  const actions = graph.actions
    .filter((action) => !action.decl.test)
    .map((action) => ({ ...action, deps: action.deps.flatMap((dep) => position.get(dep) ?? []) }));
  return { ...graph, actions };
}
