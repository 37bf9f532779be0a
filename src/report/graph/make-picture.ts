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
    edges: edgesOf(graph, targets),
    critical: chain.map((target) => targets.indexOf(target)),
    criticalMs: Math.round(chain.reduce((sum, target) => sum + cost(target), 0)),
  };
}

function edgesOf(graph: DeclaredGraph, targets: readonly number[]): [from: number, to: number][] {
  const position = new Int32Array(graph.labels.length).fill(-1);
  for (const [i, target] of targets.entries()) position[target] = i;
  const edges: [number, number][] = [];
  for (const [to, target] of targets.entries()) {
    for (const dep of depsOf(graph, target)) {
      const from = position[dep] ?? -1;
      if (from >= 0 && from !== to) edges.push([from, to]);
    }
  }
  return edges;
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
  const ofRule = graph.rules.map(({ stage, test }) => stage ?? (test ? TESTS : OTHERS));
  const names = sorted(new Set(targets.map((target) => ofRule[graph.ruleOf[target] ?? 0] ?? OTHERS)));
  const place = ofRule.map((name) => names.indexOf(name));
  const placeOf = (target: number): number => place[graph.ruleOf[target] ?? 0] ?? 0;
  const flows = new Float64Array(names.length ** 2);
  for (const target of targets) {
    for (const dep of depsOf(graph, target)) {
      const flow = placeOf(dep) * names.length + placeOf(target);
      if (shown[dep] === 1) flows[flow] = (flows[flow] ?? 0) + 1;
    }
  }
  const order = inFlow([...names.keys()], (from, to) => flows[from * names.length + to] ?? 0);
  return {
    lanes: order.map((lane) => names[lane] ?? ''),
    laneOf: targets.map((target) => order.indexOf(placeOf(target))),
  };
}

/**
 * To the left what nothing leads to, to the right what leads nowhere, time after time; where neither is left, the one to which
 * least leads, for what leads from it: few edges then go against the flow.
 */
function inFlow(lanes: readonly number[], flow: (from: number, to: number) => number): number[] {
  const left = [...lanes];
  const begin: number[] = [];
  const end: number[] = [];
  const out = (lane: number): number => sum(left, (other) => (other === lane ? 0 : flow(lane, other)));
  const into = (lane: number): number => sum(left, (other) => (other === lane ? 0 : flow(other, lane)));
  const take = (lane: number): number => left.splice(left.indexOf(lane), 1)[0] ?? lane;
  while (left.length > 0) {
    const source = left.find((lane) => into(lane) === 0);
    const sink = source === undefined ? left.findLast((lane) => out(lane) === 0) : undefined;
    if (sink !== undefined) end.unshift(take(sink));
    else begin.push(take(source ?? left.reduce((a, b) => (out(b) - into(b) > out(a) - into(a) ? b : a))));
  }
  return [...begin, ...end];
}

const sum = (lanes: readonly number[], of: (lane: number) => number): number =>
  lanes.reduce((total, lane) => total + of(lane), 0);
