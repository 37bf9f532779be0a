import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { nearest } from '../../base/nearest.ts';
import { evaluate } from '../../graph/query/evaluate.ts';
import { parseQuery } from '../../graph/query/parse.ts';
import { touchedFaults } from '../../graph/query/touched-faults.ts';
import { QUERY_OUTPUTS, type QueryOutput, queryText } from '../../report/query-text.ts';
import { queryPage } from '../help/pages/query.ts';
import { say } from '../print.ts';
import { openDeclared } from '../query/open-declared.ts';
import { queryDiagnostic } from '../query/query-diagnostic.ts';
import { showFaults } from '../query/show-faults.ts';
import { readWords, type Words } from '../read-words.ts';
import { requireRoot } from '../require-root.ts';
import { usageFault } from '../usage-fault.ts';

/** `recomp query EXPR`: what depends on what, by the workspace's files alone. */
export async function queryCommand(argv: readonly string[]): Promise<number> {
  const words = readWords(queryPage, argv);
  if (typeof words === 'string') return usageFault('query', words);
  const asked = readQuestion(words);
  if (typeof asked === 'string') return usageFault('query', asked);
  const { expression: text, output } = asked;
  const parsed = parseQuery(text);
  if (!parsed.ok) return refuse([queryDiagnostic(text, parsed.error)]);
  const root = requireRoot();
  if (root === undefined) return 2;
  const here = relative(root, process.cwd());
  const graph = await openDeclared(root);
  const faults = touchedFaults(graph, parsed.value, here).map(({ diagnostic }) => diagnostic);
  if (faults.some(({ severity }) => severity === 'error')) return refuse(faults);
  await showFaults(faults);
  const answer = evaluate(graph, parsed.value, here);
  if (!answer.ok) return refuse([queryDiagnostic(text, answer.error)]);
  process.stdout.write(queryText(graph, answer.value, output));
  // Whoever looks at a terminal would wonder whether it was asked at all.
  if (answer.value.length === 0 && process.stderr.isTTY) say('no target is like that');
  return 0;
}

async function refuse(faults: readonly Diagnostic[]): Promise<2> {
  await showFaults(faults);
  return 2;
}

interface Question {
  readonly expression: string;
  readonly output: QueryOutput;
}

function readQuestion(words: Words<'file' | 'output' | 'json'>): Question | string {
  const output = words.has('json') ? 'json' : (words.value('output') ?? 'label');
  if (!isOutput(output)) {
    const near = nearest(output, QUERY_OUTPUTS);
    return `--output is ${QUERY_OUTPUTS.join(', ')}, not "${output}"${near === undefined ? '' : `; did you mean ${near}?`}`;
  }
  const file = words.value('file');
  const [first, ...more] = words.positionals;
  if (file !== undefined && first !== undefined)
    return 'ask one question: an expression, or --file with one in it';
  if (file !== undefined) return fromFile(file, output);
  if (first === undefined) return 'ask what? `recomp query "deps(//a:b)"`';
  // Unquoted words that the shell has taken apart still make the expression that was meant.
  return { expression: [first, ...more].join(' '), output };
}

function fromFile(file: string, output: QueryOutput): Question | string {
  try {
    return { expression: readFileSync(file, 'utf8'), output };
  } catch (error) {
    return `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

const isOutput = (text: string): text is QueryOutput => QUERY_OUTPUTS.some((output) => output === text);
