import { createHash } from 'node:crypto';
import type { BuildOutcome } from '../../engine/build-outcome.ts';
import { testResults } from '../../report/test-results.ts';
import { BUILD_FLAGS, type BuildArguments, parseBuildArguments } from '../build-arguments.ts';
import { type BuildRequestKey, forDownloads, requestKey, tryFastPath } from '../fast-path.ts';
import type { RequestPlan } from '../plan-file.ts';
import { processStart } from '../process-start.ts';
import { explainFault } from '../read-words.ts';
import { reportTests } from '../report-tests.ts';
import { requireRoot } from '../require-root.ts';
import { selectTests } from '../select-tests.ts';
import { takeOption } from '../take-option.ts';
import { usageFault } from '../usage-fault.ts';

/** `recomp test PATTERN…`. */
export async function testCommand(argv: readonly string[]): Promise<number> {
  const startedAt = processStart();
  const words = readTestWords(argv);
  if (typeof words === 'string') return usageFault('test', words);
  const root = requireRoot();
  if (root === undefined) return 2;
  const { args, junit } = words;
  const request = forDownloads(testRequest(root, args), args.remoteDownload);
  // One failed test says nothing about the others.
  const thorough = { ...args, keepGoing: true, json: false };
  // The answer "nothing changed" does not know one result from another: more than that is wanted.
  const first = tryFastPath(request, { ...thorough, json: true }, startedAt);
  const { buildCommand } = await import('./build.ts');
  let done: { plan: RequestPlan; outcome: BuildOutcome } | undefined;
  const code = await buildCommand(thorough, request, first, startedAt, {
    command: `recomp test ${args.patterns.join(' ')}`,
    narrow: (plan) => selectTests(plan, args.patterns),
    ended: (plan, outcome) => {
      done = { plan, outcome };
    },
    logLines: Number.POSITIVE_INFINITY,
  });
  if (done === undefined) return code;
  const written = reportTests(testResults(done.plan.graph(), done.outcome.records), {
    json: args.json,
    junit,
  });
  return code === 0 && !written ? 4 : code;
}

function readTestWords(
  argv: readonly string[],
): { args: BuildArguments; junit: string | undefined } | string {
  const taken = takeOption(argv, '--junit');
  if (typeof taken === 'string') return taken;
  const args = parseBuildArguments(taken.rest);
  if (typeof args === 'string') return explainFault(args, ['--junit', ...BUILD_FLAGS]);
  if (args.dryRun !== false) return 'a test is run or not: --dry-run is for `recomp build`';
  if (args.patterns.length === 0)
    return 'test what? `recomp test //...` runs every test, `recomp test //a:b` one';
  return { args, junit: taken.value };
}

/** What is known of a build of the same patterns speaks of other targets. */
function testRequest(root: string, args: BuildArguments): BuildRequestKey {
  const request = requestKey(root, process.cwd(), args.patterns, args.sandbox, process.env);
  const key = createHash('sha256').update(`test ${request.key}`).digest('hex').slice(0, request.key.length);
  return { ...request, key };
}
