import type { DeclaredGraph, PackageFault } from '../declared-graph.ts';
import { inPattern, patternOf, targetsOf } from './match-word.ts';
import type { Expression, Word } from './parse.ts';
import { reach, toDependencies } from './reach.ts';
import { membersOf, setOf } from './target-set.ts';

/** The mistakes that an answer could hang on: of packages that its words name, and of what these depend on. */
export function touchedFaults(
  graph: DeclaredGraph,
  expression: Expression,
  here: string,
): readonly PackageFault[] {
  if (graph.faults.length === 0) return [];
  const words = wordsOf(expression).flatMap((word) => {
    const pattern = patternOf(word, here);
    return pattern.ok ? [{ word, pattern: pattern.value }] : [];
  });
  const named = words.flatMap(({ word, pattern }) => {
    const found = targetsOf(graph, pattern, word);
    return found.ok ? [...found.value] : [];
  });
  const reached = reach(toDependencies(graph), setOf(graph.labels.length, named));
  const packages = new Set(membersOf(reached).map((i) => graph.packages[graph.packageOf[i] ?? 0]));
  return graph.faults.filter(
    ({ pkg }) =>
      pkg === undefined || packages.has(pkg) || words.some(({ pattern }) => inPattern(pattern, pkg)),
  );
}

function wordsOf(expression: Expression): Word[] {
  switch (expression.kind) {
    case 'word':
      return [expression];
    case 'variable':
      return [];
    case 'set':
      return [...expression.words];
    case 'chain':
      return [expression.first, ...expression.rest.map((link) => link.operand)].flatMap(wordsOf);
    case 'let':
      return [...wordsOf(expression.value), ...wordsOf(expression.body)];
    case 'call':
      return expression.args.flatMap((arg) => (arg.kind === 'set' ? wordsOf(arg.set) : []));
  }
}
