import { relative } from 'node:path';
import type { DeclaredGraph } from '../../graph/declared-graph.ts';
import { evaluate } from '../../graph/query/evaluate.ts';
import { type Expression, parseQuery } from '../../graph/query/parse.ts';
import { reach, toDependencies } from '../../graph/query/reach.ts';
import { setOf } from '../../graph/query/target-set.ts';
import { touchedFaults } from '../../graph/query/touched-faults.ts';
import { makePicture } from '../../report/graph/make-picture.ts';
import { lastDurations, runOutcomes } from '../../report/graph/run-outcomes.ts';
import { type GraphWords, readGraphWords } from '../graph/read-graph-words.ts';
import { writePicture } from '../graph/write-picture.ts';
import { say } from '../print.ts';
import { openDeclared } from '../query/open-declared.ts';
import { queryDiagnostic } from '../query/query-diagnostic.ts';
import { showFaults } from '../query/show-faults.ts';
import { requireRoot } from '../require-root.ts';
import { usageFault } from '../usage-fault.ts';

/** `recomp graph PATTERN…`: a picture of what depends on what, and of what became of it. */
export async function graphCommand(argv: readonly string[]): Promise<number> {
  const words = readGraphWords(argv);
  if (typeof words === 'string') return usageFault('graph', words);
  const root = requireRoot();
  if (root === undefined) return 2;
  const last = runOutcomes(`${root}/.recomp`, words.run);
  if (last === undefined && words.run !== 'latest') {
    say(`there is no run ${words.run}; the runs are the folders of ${root}/.recomp/runs`);
    return 2;
  }
  const graph = await openDeclared(root);
  const found = await find(graph, words, relative(root, process.cwd()));
  if (found === undefined) return 2;
  const named = setOf(graph.labels.length, found);
  const shown = words.isQuery ? named : reach(toDependencies(graph), named);
  const durations = lastDurations(`${root}/.recomp`);
  return writePicture(root, words, makePicture({ title: words.title, graph, shown, last, durations }));
}

/** Undefined: something is wrong, which has been said. */
async function find(
  graph: DeclaredGraph,
  { text }: GraphWords,
  here: string,
): Promise<readonly number[] | undefined> {
  const parsed = parseQuery(text);
  if (!parsed.ok) return refuse([queryDiagnostic(text, parsed.error)]);
  const faults = faultsOf(graph, parsed.value, here);
  if (faults.some(({ severity }) => severity === 'error')) return refuse(faults);
  await showFaults(faults);
  const answer = evaluate(graph, parsed.value, here);
  return answer.ok ? answer.value : refuse([queryDiagnostic(text, answer.error)]);
}

const faultsOf = (graph: DeclaredGraph, expression: Expression, here: string) =>
  touchedFaults(graph, expression, here).map(({ diagnostic }) => diagnostic);

async function refuse(faults: Parameters<typeof showFaults>[0]): Promise<undefined> {
  await showFaults(faults);
  return undefined;
}
