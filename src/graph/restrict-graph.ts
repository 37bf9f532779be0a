import type { Label } from '../model/label.ts';
import type { ConfiguredTarget } from '../model/target.ts';
import type { ActionGraph } from './action-graph.ts';

/** The part of a graph that these targets need. */
export function restrictGraph({ targets, actions }: ActionGraph, wanted: readonly Label[]): ActionGraph {
  const kept = closure(targets, wanted);
  const targetAt = new Map<number, number>();
  targets.forEach((target, i) => {
    if (kept.has(target.label)) targetAt.set(i, targetAt.size);
  });
  const actionAt = new Map<number, number>();
  actions.forEach((action, i) => {
    if (targetAt.has(action.target)) actionAt.set(i, actionAt.size);
  });
  const position = (of: ReadonlyMap<number, number>, i: number): number[] => [of.get(i) ?? []].flat();
  return {
    targets: targets.filter((_, i) => targetAt.has(i)),
    actions: actions.flatMap((action) =>
      position(targetAt, action.target).map((target) => ({
        ...action,
        target,
        deps: action.deps.flatMap((dep) => position(actionAt, dep)),
      })),
    ),
  };
}

function closure(targets: readonly ConfiguredTarget[], wanted: readonly Label[]): ReadonlySet<Label> {
  const byLabel = new Map(targets.map((target) => [target.label, target]));
  const kept = new Set(wanted);
  for (const label of kept) for (const dep of byLabel.get(label)?.deps ?? []) kept.add(dep);
  return kept;
}
