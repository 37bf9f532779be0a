import { actionName, describeVerdict, predictionJson, tellVerdict } from '../../report/cause-text.ts';
import { cleanText } from '../../report/source-line.ts';
import type { BuildArguments } from '../build-arguments.ts';
import type { BuildRequestKey, FastAnswer } from '../fast-path.ts';
import { predictBuild } from '../predict-build.ts';
import { say } from '../print.ts';

/** `recomp build --dry-run`: what would run, and why, on stdout. */
export async function dryRunCommand(
  args: BuildArguments,
  request: BuildRequestKey,
  known: FastAnswer,
): Promise<number> {
  const predicted = await predictBuild(request, args, known, { of: 'everything' });
  if (typeof predicted === 'number') return predicted;
  const { predictions } = predicted;
  if (args.dryRun === 'json') {
    process.stdout.write(`${JSON.stringify({ actions: predictions.map(predictionJson) }, null, 1)}\n`);
    return 0;
  }
  const busy = predictions.filter((p) => p.verdict.kind !== 'up-to-date');
  for (const { node, verdict } of busy) {
    const [why] = tellVerdict({ node, verdict });
    process.stdout.write(
      `${actionName(node.id)} ${describeVerdict(verdict)}: ${cleanText(why?.line ?? '')}\n`,
    );
  }
  say(`${busy.length} of ${predictions.length} actions would do something`);
  return 0;
}
