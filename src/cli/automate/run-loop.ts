import { existsSync } from 'node:fs';
import { AUTOMATION_FILE } from '../../automation/load-automation.ts';
import type { BuildOutcome } from '../../engine/build-outcome.ts';
import { labelPackage, makeLabel } from '../../model/label.ts';
import { advanceRun, queuedRun, type RunState } from '../../model/run-state.ts';
import { newRunId } from '../../report/run-folder.ts';
import { joinPath } from '../../workspace/safe-path.ts';
import type { BuildFrame, FramedRun } from '../build-frame.ts';
import { buildCommand } from '../commands/build.ts';
import { requestKey } from '../fast-path.ts';
import type { RequestPlan } from '../plan-file.ts';
import { say } from '../print.ts';
import { type RunStates, runStates, toState } from '../run-state/run-states.ts';
import type { AutomateWords } from './automate-words.ts';
import { copyOutputs } from './copy-outputs.ts';
import { earlierEvents } from './earlier-events.ts';
import type { Loop } from './find-loop.ts';
import { type FollowedRun, followRun } from './follow-run.ts';
import { keepAttempt } from './keep-attempt.ts';
import { printOutcome } from './print-outcome.ts';

/** The whole loop as one run; the exit code. */
export async function runLoop(loop: Loop, words: AutomateWords, startedAt: number): Promise<number> {
  const patterns = ['validate', 'archive'].map((stage) => makeLabel(loop.pkg, stage));
  const { config = {} } = loop.loaded;
  const args = { ...words.build, patterns, verifyDeterminism: config.loop?.stop_on_first_pass === false };
  const request = requestKey(loop.root, loop.root, patterns, args.sandbox, process.env, loop.choice?.name);
  const states = runStates(request.stateDir);
  const limit = limitTime(config.loop?.max_runtime_minutes);
  let followed: FollowedRun | undefined;
  const frame: BuildFrame = {
    automation: loop.choice,
    command: `recomp automate --config ${words.config}`,
    begin: (plan) => {
      const first = firstState(loop, words.resume, startedAt, states);
      const events = earlierEvents(request.stateDir, first.runId);
      keepAttempt(request.stateDir, first.runId);
      followed = followRun(first, requestOf(loop), isoTime(startedAt), states);
      return framed(loop, plan, followed, events);
    },
    ended: (_plan, outcome) => followed?.end(isGood(outcome), outcome.interrupted),
  };
  try {
    const code = await buildCommand(args, request, { kind: 'go-on' }, startedAt, frame);
    if (followed === undefined) return code;
    const folder = `${request.stateDir}/runs/${followed.runId}`;
    // Without a record nothing was run, and what earlier runs have copied stays as it is.
    if (existsSync(`${folder}/run-manifest.json`)) copyOutputs(loop, folder);
    const exit = limit.reached ? 1 : code;
    printOutcome(loop, request.stateDir, followed.runId, exit, words.json);
    return exit;
  } finally {
    limit.dispose();
  }
}

const isoTime = (ms: number): string => new Date(ms).toISOString();

const isGood = ({ records, interrupted }: BuildOutcome): boolean =>
  !interrupted && records.every((r) => r.status === 'succeeded');

/** By what runs of one loop know each other, wherever they were asked for. */
const requestOf = ({ pkg, choice }: Loop): string =>
  `recomp automate --config ${joinPath(pkg, choice?.name ?? AUTOMATION_FILE)}`;

function firstState(loop: Loop, resume: boolean, startedAt: number, states: RunStates): RunState {
  const last = resume ? states.last(requestOf(loop)) : undefined;
  const resumed = last && advanceRun(toState(last), { kind: 'resume' });
  if (resumed !== undefined) {
    say(`resuming run ${resumed.runId}${last?.interrupted ? ', which was interrupted' : ''}`);
    return resumed;
  }
  if (resume)
    say(
      last
        ? `the last run, ${last.run_id}, succeeded: this is a new one`
        : 'there is no run to resume: this is the first one',
    );
  return queuedRun(newRunId(new Date(startedAt)));
}

function framed(
  { pkg, choice, loaded }: Loop,
  plan: RequestPlan,
  run: FollowedRun,
  earlier: readonly string[],
): FramedRun {
  const declared = loaded.targets.map((target) => target.label);
  const known = new Set(plan.labels);
  return {
    runId: run.runId,
    observer: run.observer,
    refused: () => run.end(false, false),
    attempts: (label) =>
      labelPackage(label) === pkg ? run.attempts(label.slice(label.lastIndexOf(':') + 1)) : 0,
    earlierEvents: earlier,
    sharesFolder: choice !== undefined,
    stages: [...declared, makeLabel(pkg, 'archive')].filter(
      (label, i, all) => known.has(label) && all.indexOf(label) === i,
    ),
  };
}

/** Stops the run as an interrupt would. */
function limitTime(minutes: number | undefined): { readonly reached: boolean; dispose(): void } {
  let reached = false;
  const stop = (): void => {
    reached = true;
    say(`loop.max_runtime_minutes is over: ${minutes}`);
    process.kill(process.pid, 'SIGTERM');
  };
  // Longer than a timer can wait is as good as for ever.
  const timer =
    minutes === undefined || minutes * 60_000 > 2 ** 31 - 1 ? undefined : setTimeout(stop, minutes * 60_000);
  return {
    get reached() {
      return reached;
    },
    dispose: () => clearTimeout(timer),
  };
}
