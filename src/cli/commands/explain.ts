import { parseArgs } from 'node:util';
import type { Prediction } from '../../engine/predict.ts';
import { actionName, describeVerdict, predictionJson } from '../../report/cause-text.ts';
import { parseBuildArguments } from '../build-arguments.ts';
import { requestKey, tryFastPath } from '../fast-path.ts';
import { predictBuild } from '../predict-build.ts';
import { processStart } from '../process-start.ts';
import { requireRoot } from '../require-root.ts';
import { usageFault } from '../usage-fault.ts';

/** `recomp explain LABEL`: why it would run or not, first cause first; `--key` shows what its keys are made of. */
export async function explainCommand(argv: readonly string[]): Promise<number> {
  const words = readWords(argv);
  if (typeof words === 'string') return usageFault('explain', words);
  const root = requireRoot();
  if (root === undefined) return 2;
  const args = parseBuildArguments([
    words.label,
    '--json',
    ...(words.sandbox === undefined ? [] : [`--sandbox=${words.sandbox}`]),
  ]);
  if (typeof args === 'string') return usageFault('explain', args);
  const request = requestKey(root, process.cwd(), args.patterns, args.sandbox, process.env);
  const predicted = await predictBuild(request, args, tryFastPath(request, args, processStart()));
  if (typeof predicted === 'number') return predicted;
  const asked = new Set<string>(predicted.plan.requested);
  const own = predicted.predictions.filter(({ node }) => asked.has(node.id.slice(0, node.id.indexOf('%'))));
  const causes = firstCauses(own, predicted.predictions);
  if (words.json)
    process.stdout.write(
      `${JSON.stringify({ actions: own.map((p) => ({ ...predictionJson(p), ...(words.key ? { fields: p.key?.fields() } : {}) })), causes: causes.map(predictionJson) }, null, 1)}\n`,
    );
  else
    process.stdout.write(
      words.key
        ? own.map(keyText).join('\n')
        : `${[...causes, ...own.filter((p) => !causes.includes(p))].map(verdictText).join('\n')}\n`,
    );
  return 0;
}

function readWords(
  argv: readonly string[],
): { label: string; key: boolean; json: boolean; sandbox: string | undefined } | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: { key: { type: 'boolean' }, json: { type: 'boolean' }, sandbox: { type: 'string' } },
      allowPositionals: true,
    });
    const [label, surplus] = positionals;
    if (label === undefined) return 'explain what? name the target: `recomp explain //a:b`';
    if (surplus !== undefined) return `one target is explained at a time, and ${surplus} is a second one`;
    return { label, key: values.key === true, json: values.json === true, sandbox: values.sandbox };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Where an action only waits for others, those others are what set it off. */
function firstCauses(own: readonly Prediction[], all: readonly Prediction[]): Prediction[] {
  const ids = new Set(own.flatMap(({ verdict }) => (verdict.kind === 'depends' ? verdict.on : [])));
  return all.filter((p) => ids.has(p.node.id));
}

function verdictText({ node, verdict }: Prediction): string {
  const { what, why } = describeVerdict(verdict);
  return [
    `${actionName(node.id)} ${what}${why.length === 0 ? '' : ':'}`,
    ...why.map((line) => `  ${line}`),
  ].join('\n');
}

function keyText({ node, key }: Prediction): string {
  if (!key) return `${actionName(node.id)} has no key yet: what it reads is not built\n`;
  const lines = [
    `${actionName(node.id)} ${key.key}`,
    ...(['inputs', 'command', 'tools'] as const).flatMap((part) => [
      `  ${part} ${key.parts[part]}`,
      ...key
        .fields()
        .filter((f) => f.part === part)
        .map((f) => `    ${f.field} = ${JSON.stringify(f.value)}`),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}
