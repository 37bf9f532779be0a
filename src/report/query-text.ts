import type { Json } from '../base/canonical-json.ts';
import { type DeclaredGraph, depsOf } from '../graph/declared-graph.ts';
import { setOf } from '../graph/query/target-set.ts';

export const QUERY_OUTPUTS = ['label', 'label_kind', 'json', 'dot'] as const;
export type QueryOutput = (typeof QUERY_OUTPUTS)[number];

/** The answer to a query: targets in the order in which they are told. */
export function queryText(graph: DeclaredGraph, targets: readonly number[], output: QueryOutput): string {
  switch (output) {
    case 'label':
      return lines(targets.map((i) => graph.labels[i] ?? ''));
    case 'label_kind':
      return lines(targets.map((i) => `${ruleName(graph, i)} rule ${graph.labels[i] ?? ''}`));
    case 'json':
      return `${JSON.stringify({ targets: targets.map((i) => asJson(graph, i)) }, null, 1)}\n`;
    case 'dot':
      return dotText(graph, targets);
  }
}

const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');

const ruleName = (graph: DeclaredGraph, target: number): string =>
  graph.rules[graph.ruleOf[target] ?? 0]?.name ?? '';

function asJson(graph: DeclaredGraph, target: number): Json {
  const { file, attributes } = graph.details(target);
  return {
    label: graph.labels[target] ?? '',
    rule: ruleName(graph, target),
    file,
    deps: [...depsOf(graph, target)].map((i) => graph.labels[i] ?? ''),
    attributes,
  };
}

/** Edges between targets of the answer only. A label has no letter that would have to be escaped. */
function dotText(graph: DeclaredGraph, targets: readonly number[]): string {
  const shown = setOf(graph.labels.length, targets);
  const rows = targets.flatMap((i) => [
    `  "${graph.labels[i] ?? ''}";`,
    ...[...depsOf(graph, i)]
      .filter((dep) => shown[dep] === 1)
      .map((dep) => `  "${graph.labels[i] ?? ''}" -> "${graph.labels[dep] ?? ''}";`),
  ]);
  return lines(['digraph recomp {', '  node [shape=box];', ...rows, '}']);
}
