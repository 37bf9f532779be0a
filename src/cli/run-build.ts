import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { build } from '../engine/build.ts';
import type { BuildObserver } from '../engine/build-observer.ts';
import type { BuildOutcome } from '../engine/build-outcome.ts';
import { keyMemory } from '../engine/key-memory.ts';
import { kindOf } from '../journal/seen-table.ts';
import type { Totals } from '../model/record.ts';
import { createBuildView } from '../report/build-view.ts';
import { chromeTrace, createProfile } from '../report/chrome-trace.ts';
import { countsText } from '../report/counts-text.ts';
import { listeners, openEventStream } from '../report/event-stream.ts';
import { startPruning } from '../report/prune-runs.ts';
import { newRunId } from '../report/run-folder.ts';
import { duration, plural } from '../report/terminal-text.ts';
import { askForTools } from './ask-for-tools.ts';
import type { BuildArguments } from './build-arguments.ts';
import type { BuildFrame, FramedRun } from './build-frame.ts';
import { type BuildState, openBuildState } from './build-state.ts';
import { composeEngine } from './compose-engine.ts';
import type { Engine } from './engine.ts';
import { exitCodeOf } from './exit-code.ts';
import type { BuildRequestKey, FastAnswer } from './fast-path.ts';
import { finishRun } from './finish-run.ts';
import type { Interrupts } from './interrupts.ts';
import { dirtyFor, lacksRemote, withDownloads } from './left-away.ts';
import { knownFacts, type Prepared, prepareBuild, steadyActions, tracesBefore } from './prepare-build.ts';
import { say } from './print.ts';
import { beginPlainRun } from './run-state/plain-run.ts';
import { stderr } from './stderr.ts';
import { tellNotes } from './tell-notes.ts';
import { stderrTraits } from './terminal-traits.ts';
import { UnchangedLines } from './unchanged-lines.ts';

export interface BuildJob {
  readonly args: BuildArguments;
  readonly request: BuildRequestKey;
  /** What is known of the workspace now. */
  readonly known: FastAnswer;
  readonly startedAt: number;
  readonly interrupts: Pick<Interrupts, 'signal' | 'exitCode' | 'tellBy'>;
  readonly frame: BuildFrame;
}

/** One build under the workspace's lock; the exit code. */
export async function runBuild(job: BuildJob): Promise<number> {
  const { args, request, known, startedAt, interrupts, frame } = job;
  const state = openBuildState(request.stateDir);
  const prepared = await prepareBuild(request, args, known, state, frame);
  if (typeof prepared === 'number') return prepared;
  const keys = keyMemory(state.keys);
  const run = frame.begin?.(prepared.plan);
  if (typeof run === 'number') return run;
  const runId = run?.runId ?? newRunId(new Date(startedAt));
  const { root, stateDir } = request;
  const profile = args.profile === undefined ? undefined : createProfile();
  const composed = await composeEngine({
    root,
    stateDir,
    config: prepared.plan.config,
    args,
    known: knownFacts(root, prepared, state),
    keys,
    runId,
    ...(profile && { timeline: profile.add }),
    warm: willRun(prepared),
    ...(frame.audit && { audit: frame.audit }),
  });
  if (typeof composed === 'number') {
    run?.refused();
    return composed;
  }
  const nowhere = lacksRemote(composed, args.remoteDownload);
  if (nowhere !== undefined) {
    say(nowhere);
    run?.refused();
    await composed.close();
    return 2;
  }
  const engine = withDownloads(composed, args.remoteDownload, prepared.plan);
  const asked = frame.command ?? `recomp build ${args.patterns.join(' ')}`;
  const plain = run ? undefined : beginPlainRun(stateDir, runId, asked, startedAt);
  const pruned = startPruning(stateDir);
  try {
    const outcome = await perform(job, runId, run, prepared, state, engine);
    pruned();
    void engine.stopExecutor();
    if (!outcome.interrupted) await engine.settle();
    if (prepared.earlier) askForTools(prepared.plan.table, engine);
    const { totals, removed } = finishRun({
      runId,
      request,
      ...prepared,
      state,
      engine,
      unchangedLines: new UnchangedLines(),
      keys,
      outcome,
      startedAt,
      interrupted: interrupts.exitCode !== undefined,
      run,
      plain,
    });
    if (removed.length > 0)
      say(`removed ${plural(removed.length, 'output')} that nothing makes any more: ${some(removed)}`);
    tellNotes(prepared.plan, outcome.records);
    summarise(totals, outcome.interrupted, engine, startedAt);
    frame.ended?.(prepared.plan, outcome);
    if (args.profile !== undefined && profile)
      writeFileSync(args.profile, chromeTrace(outcome.records, profile.spans));
    if (args.json && !frame.ended)
      process.stdout.write(`${JSON.stringify({ totals, latest: `${stateDir}/runs/latest` })}\n`);
    return interrupts.exitCode ?? exitCodeOf(outcome.records);
  } finally {
    await engine.close();
  }
}

const some = (paths: readonly string[]): string =>
  paths.length <= 3 ? paths.join(', ') : `${paths.slice(0, 2).join(', ')} and ${paths.length - 2} more`;

/** Whether an edit of something that is read will make an action run; outputs alone may only have to be put back. */
const willRun = ({ before }: Prepared): boolean =>
  before?.changed.some((i) => kindOf(before.table, i) !== 'output') === true;

async function perform(
  { args, startedAt, interrupts, frame }: BuildJob,
  runId: string,
  run: FramedRun | undefined,
  prepared: Prepared,
  state: BuildState,
  engine: Engine,
): Promise<BuildOutcome> {
  const { plan, before } = prepared;
  const view = createBuildView({
    write: (text) => stderr.write(text),
    ...stderrTraits(),
    now: () => Date.now() - startedAt,
    ...(frame.logLines === undefined ? {} : { logLines: frame.logLines, failuresOnce: true }),
  });
  const input = {
    table: plan.table,
    traces: tracesBefore(prepared, state),
    dirty: args.force || args.verifyDeterminism ? ('all' as const) : dirtyFor(args.remoteDownload, prepared),
    steady: steadyActions(before),
    options: { ...args, jobs: args.jobs ?? availableParallelism(), pools: plan.config.pools },
  };
  const giveBack = interrupts.tellBy(() => view.stopping());
  try {
    const listening = run ? listeners([view, run.observer]) : view;
    return await withEvents(args.events, runId, listening, (observer) =>
      build(input, engine.services, observer, interrupts.signal),
    );
  } finally {
    view.finish();
    giveBack();
  }
}

async function withEvents(
  file: string | undefined,
  runId: string,
  view: BuildObserver,
  run: (observer: BuildObserver) => Promise<BuildOutcome>,
): Promise<BuildOutcome> {
  if (file === undefined) return run(view);
  const events = openEventStream(file, runId);
  try {
    events.emit('recomp.run.started', {});
    const outcome = await run(listeners([view, events]));
    const failed = outcome.records.some((r) => r.status !== 'succeeded');
    events.emit('recomp.run.completed', { state: failed ? 'failed' : 'succeeded' });
    return outcome;
  } finally {
    events.close();
  }
}

function summarise(totals: Totals, interrupted: boolean, engine: Engine, startedAt: number): void {
  for (const warning of engine.warnings()) say(`warning: ${warning}`);
  say(
    `${interrupted ? 'interrupted: ' : ''}${countsText(totals, 'executed')} (${duration(Date.now() - startedAt)})${totals.failed > 0 ? '; `recomp show` has more' : ''}`,
  );
}
