import { parseArgs } from 'node:util';
import type { Prediction } from '../../engine/predict.ts';
import { actionName, predictionJson } from '../../report/cause-text.ts';
import { type Chain, chainsOf, chainText, type LastChange, originFinder } from '../../report/explanation.ts';
import { cleanText } from '../../report/source-line.ts';
import type { Told } from '../../report/told-change.ts';
import { toldDiff } from '../../report/told-diff.ts';
import { type BuildArguments, parseBuildArguments } from '../build-arguments.ts';
import { openBuildState } from '../build-state.ts';
import { isUnknown, prepareWithin } from '../explain/prepare-within.ts';
import { type BuildRequestKey, forDownloads, requestKey, tryFastPath } from '../fast-path.ts';
import { keyHistory } from '../key-history.ts';
import { type PredictedBuild, predictBuild, predictPrepared } from '../predict-build.ts';
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
    ...(words.download === undefined ? [] : [`--remote-download=${words.download}`]),
  ]);
  if (typeof args === 'string') return usageFault('explain', args);
  const asks = requestKey(root, process.cwd(), args.patterns, args.sandbox, process.env);
  const predicted = await predictOne(forDownloads(asks, args.remoteDownload), args);
  if (typeof predicted === 'number') return predicted;
  const asked = new Set<string>(predicted.plan.requested);
  const own = predicted.predictions.filter(({ node }) => asked.has(node.id.slice(0, node.id.indexOf('%'))));
  const { lastChange } = keyHistory(`${root}/.recomp`);
  const chains = chainsOf(own, predicted.predictions, originFinder(predicted.maker, lastChange));
  if (words.json) process.stdout.write(`${JSON.stringify(asJson(own, chains, words.key), null, 1)}\n`);
  else if (words.key) process.stdout.write(own.map(keyText).join('\n'));
  else process.stdout.write(`${await asText(own, chains, predicted, lastChange)}\n`);
  return 0;
}

/** By what a build of just this has left, else by what one of more has, else by reading the workspace. */
async function predictOne(request: BuildRequestKey, args: BuildArguments): Promise<PredictedBuild | number> {
  const known = tryFastPath(request, args, processStart());
  const state = openBuildState(request.stateDir);
  const within = isUnknown(known) ? prepareWithin(request, args, state) : undefined;
  return within
    ? predictPrepared(request, args, within, state, { of: 'what-matters' })
    : predictBuild(request, args, known, { of: 'what-matters' });
}

function asJson(own: readonly Prediction[], chains: readonly Chain[], withKey: boolean): object {
  const causes = new Set(chains.flatMap(({ first }) => first).filter((p) => !own.includes(p)));
  return {
    actions: own.map((p) => ({ ...predictionJson(p), ...(withKey ? { fields: p.key?.fields() } : {}) })),
    causes: [...causes].map(predictionJson),
    because: chains.map(({ told, first, later }) => ({
      what: told.map(({ line }) => line),
      runs: first.map((p) => p.node.id),
      may_run: later.map((p) => p.node.id),
    })),
  };
}

const MAX_CHAINS = 20;
const MAX_FRESH = 20;

async function asText(
  own: readonly Prediction[],
  chains: readonly Chain[],
  { read, maker, remote }: PredictedBuild,
  lastChange: LastChange,
): Promise<string> {
  const diffs = new Map<Told, string[]>();
  const shown = chains.slice(0, MAX_CHAINS);
  for (const told of shown.flatMap((chain) => chain.told)) diffs.set(told, await toldDiff(told, read));
  const texts = shown.map((chain) => chainText(chain, (told) => diffs.get(told) ?? []));
  if (chains.length > MAX_CHAINS)
    texts.push(`and ${chains.length - MAX_CHAINS} more causes (--json has all)`);
  if (remote !== undefined) texts.push(...own.filter(isUnheardOf).slice(0, 1).map(elsewhereText));
  const fresh = own.filter((p) => p.verdict.kind === 'up-to-date');
  const origin = originFinder(maker, lastChange);
  const more = fresh.length > MAX_FRESH ? [`and ${fresh.length - MAX_FRESH} more are up to date`] : [];
  return [...texts, ...fresh.slice(0, MAX_FRESH).map((p) => freshText(p, origin(p))), ...more].join('\n');
}

function readWords(
  argv: readonly string[],
):
  | { label: string; key: boolean; json: boolean; sandbox: string | undefined; download: string | undefined }
  | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: {
        key: { type: 'boolean' },
        json: { type: 'boolean' },
        sandbox: { type: 'string' },
        'remote-download': { type: 'string' },
      },
      allowPositionals: true,
    });
    const [label, surplus] = positionals;
    if (label === undefined) return 'explain what? name the target: `recomp explain //a:b`';
    if (surplus !== undefined) return `one target is explained at a time, and ${surplus} is a second one`;
    return {
      label,
      key: values.key === true,
      json: values.json === true,
      sandbox: values.sandbox,
      download: values['remote-download'],
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Nothing like it is known on this machine, and the shared cache does not have it. */
const isUnheardOf = ({ verdict }: Prediction): boolean =>
  verdict.kind === 'run' && verdict.cause.kind === 'never-built' && !verdict.cause.nearest;

/** A shared cache can only be asked for a key, not for what is like it. */
const elsewhereText = ({ node }: Prediction): string =>
  `  the shared cache has nothing under its key: if another machine has built it, compare what \`recomp explain --key ${labelOf(node.id)}\` says here and there`;

const labelOf = (id: string): string => id.slice(0, id.indexOf('%'));

/** With what it was that made it run last. */
function freshText({ node }: Prediction, [last]: readonly Told[]): string {
  const text = `${actionName(node.id)} is up to date`;
  return last ? `${text}\n  what changed last: ${cleanText(last.line)}` : text;
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
        .map((f) => `    ${cleanText(f.field)} = ${valueText(f.value)}`),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

/** A script is read as it was written. */
function valueText(value: string): string {
  if (!value.includes('\n')) return JSON.stringify(value);
  const lines = value.replace(/\n$/, '').split('\n');
  return lines.map((line) => `\n      | ${cleanText(line.replaceAll('\t', '    '))}`).join('');
}
