import { sorted } from '../../base/order.ts';
import { type DeclaredGraph, depsOf } from '../../graph/declared-graph.ts';
import { longestChain } from '../../graph/longest-chain.ts';
import { membersOf, type TargetSet } from '../../graph/query/target-set.ts';
import { labelName } from '../../model/label.ts';
import { groupTree } from './group-tree.ts';
import type { Picture, PictureNode } from './picture.ts';
import type { RunOutcomes } from './run-outcomes.ts';

export interface PictureSource {
  readonly title: string;
  readonly graph: DeclaredGraph;
  readonly shown: TargetSet;
  readonly last: RunOutcomes | undefined;
  /** By label, in ms. */
  readonly durations: ReadonlyMap<string, number>;
}

export function makePicture({ title, graph, shown, last, durations }: PictureSource): Picture {
  const targets = membersOf(shown);
  const position = new Map(targets.map((target, i) => [target, i]));
  const labels = targets.map((target) => graph.labels[target]).filter((label) => label !== undefined);
  const { groups, groupOf } = groupTree(
    labels.map(labelName),
    targets.map((target) => graph.packages[graph.packageOf[target] ?? 0] ?? ''),
  );
  const { lanes, laneOf } = lanesOf(graph, targets, shown);
  const cost = (target: number): number => durations.get(graph.labels[target] ?? '') ?? 0;
  const chain = trimmed(longestChain(graph, shown, cost), cost);
  const nodes = labels.map((label, i): PictureNode => {
    const ms = durations.get(label);
    return {
      label,
      rule: graph.rules[graph.ruleOf[targets[i] ?? 0] ?? 0]?.name ?? '',
      lane: laneOf[i] ?? 0,
      group: groupOf[i] ?? 0,
      outcome: last?.outcomes.get(label) ?? 'none',
      ...(ms === undefined ? {} : { ms }),
    };
  });
  return {
    title,
    ...(last?.run && { run: last.run }),
    lanes,
    nodes,
    groups,
    edges: targets.flatMap((target, to) =>
      [...depsOf(graph, target)].flatMap((dep) => {
        const from = position.get(dep);
        return from === undefined || from === to ? [] : [[from, to] as const];
      }),
    ),
    critical: chain.flatMap((target) => position.get(target) ?? []),
    criticalMs: Math.round(chain.reduce((sum, target) => sum + cost(target), 0)),
  };
}

/** What took no time at either end says nothing. */
function trimmed(chain: readonly number[], cost: (target: number) => number): readonly number[] {
  const first = chain.findIndex((target) => cost(target) > 0);
  const last = chain.findLastIndex((target) => cost(target) > 0);
  return first < 0 ? [] : chain.slice(first, last + 1);
}

const OTHERS = 'targets';
const TESTS = 'tests';

/** A lane for each stage, one for tests and one for the rest, in the order in which the work comes to them. */
function lanesOf(
  graph: DeclaredGraph,
  targets: readonly number[],
  shown: TargetSet,
): { readonly lanes: readonly string[]; readonly laneOf: readonly number[] } {
  const nameOf = (target: number): string => {
    const rule = graph.rules[graph.ruleOf[target] ?? 0];
    return rule?.stage ?? (rule?.test === true ? TESTS : OTHERS);
  };
  const names = targets.map(nameOf);
  const flows = new Map<string, number>();
  targets.forEach((target, i) => {
    for (const dep of depsOf(graph, target)) {
      const flow = `${nameOf(dep)}\0${names[i]}`;
      if (shown[dep] === 1) flows.set(flow, (flows.get(flow) ?? 0) + 1);
    }
  });
  const lanes = inFlow(sorted(new Set(names)), (from, to) => flows.get(`${from}\0${to}`) ?? 0);
  const position = new Map(lanes.map((lane, i) => [lane, i]));
  return { lanes, laneOf: names.map((name) => position.get(name) ?? 0) };
}

/** Time after time the one to which least leads, for what leads from it: few edges then go against the flow. */
function inFlow(lanes: readonly string[], flow: (from: string, to: string) => number): string[] {
  const left = [...lanes];
  const order: string[] = [];
  while (left.length > 0) {
    const balance = (lane: string): number =>
      left.reduce((sum, other) => sum + (other === lane ? 0 : flow(lane, other) - flow(other, lane)), 0);
    const first = left.reduce((best, lane) => (balance(lane) > balance(best) ? lane : best));
    order.push(first);
    left.splice(left.indexOf(first), 1);
  }
  return order;
}
