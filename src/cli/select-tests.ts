import { restrictGraph } from '../graph/restrict-graph.ts';
import type { Label } from '../model/label.ts';
import type { ConfiguredTarget } from '../model/target.ts';
import { plural } from '../report/terminal-text.ts';
import { planOf, type RequestPlan } from './plan-file.ts';
import { say } from './print.ts';

/** The tests among what was asked for, with what they need; undefined: there is none, which has been said. */
export function selectTests(plan: RequestPlan, patterns: readonly string[]): RequestPlan | undefined {
  const byLabel = new Map(plan.graph().targets.map((target) => [target.label, target]));
  const tests = new Set<Label>();
  for (const label of plan.requested) {
    const target = meant(byLabel, label);
    if (target?.test) tests.add(target.label);
  }
  if (tests.size > 0)
    return planOf(
      { ...plan, graph: restrictGraph(plan.graph(), [...tests]), requested: [...tests] },
      plan.config,
    );
  say(`there is no test among ${plural(plan.requested.length, 'target')} of ${patterns.join(' ')}`);
  say('a test is a target whose rule makes one: rule = "test"');
  return undefined;
}

/** An alias of a test is a name for it. */
function meant(byLabel: ReadonlyMap<Label, ConfiguredTarget>, label: Label): ConfiguredTarget | undefined {
  let target = byLabel.get(label);
  while (target?.rule === 'alias') {
    const [actual] = target.deps;
    target = actual === undefined ? undefined : byLabel.get(actual);
  }
  return target;
}
