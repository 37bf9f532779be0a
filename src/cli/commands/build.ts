import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { type BuildOutcome, build } from '../../engine/build.ts';
import { keyMemory } from '../../engine/key-memory.ts';
import { journalTraces } from '../../engine/trace.ts';
import { lockWorkspace } from '../../journal/workspace-lock.ts';
import type { Totals } from '../../model/record.ts';
import { createBuildView } from '../../report/build-view.ts';
import { duration, plural } from '../../report/terminal-text.ts';
import { cacheDirectory } from '../../store/cache-directory.ts';
import type { BuildArguments } from '../build-arguments.ts';
import type { BuildFrame } from '../build-frame.ts';
import { type BuildState, openBuildState } from '../build-state.ts';
import { composeEngine, type Engine } from '../compose-engine.ts';
import { exitCodeOf } from '../exit-code.ts';
import { type BuildRequestKey, type FastAnswer, tryFastPath } from '../fast-path.ts';
import { finishRun } from '../finish-run.ts';
import { listenForInterrupts } from '../interrupts.ts';
import { knownFacts, type Prepared, prepareBuild, steadyActions } from '../prepare-build.ts';
import { say, useColor } from '../print.ts';

/** `recomp build` once there is more to do than to find that nothing changed. */
export async function buildCommand(
  args: BuildArguments,
  request: BuildRequestKey,
  first: FastAnswer,
  startedAt: number,
  frame?: BuildFrame,
): Promise<number> {
  const interrupts = listenForInterrupts(() =>
    say('stopping: waiting for running actions to end (again to stop at once)'),
  );
  try {
    await makeFolders(request);
    let waited = false;
    const lock = await lockWorkspace(
      request.stateDir,
      frame?.command ?? `recomp build ${args.patterns.join(' ')}`,
      (owner, file) => {
        waited = true;
        say(
          owner
            ? `waiting for \`${owner.command}\` (process ${owner.pid}), which is changing this workspace`
            : `waiting for the owner of ${file}`,
        );
      },
      interrupts.signal,
    );
    if (!lock) return interrupts.exitCode ?? 1;
    try {
      return await buildLocked(
        args,
        request,
        waited ? tryFastPath(request, { ...args, json: true }, startedAt) : first,
        startedAt,
        interrupts,
        frame,
      );
    } finally {
      lock.release();
    }
  } finally {
    interrupts.dispose();
  }
}

/** The clock by which files are stamped ticks every few milliseconds. */
const TICK_MS = 30;

/** Our own folders change the root's listing: the first time, a tick passes before it is read, so that it can be trusted after. */
async function makeFolders({ root, stateDir }: BuildRequestKey): Promise<void> {
  const folders = [`${stateDir}/state`, `${root}/recomp-out`, cacheDirectory(process.env)];
  const made = folders.map((folder) => mkdirSync(folder, { recursive: true }) !== undefined);
  if (made.includes(true)) await new Promise((resolve) => setTimeout(resolve, TICK_MS));
}

async function buildLocked(
  args: BuildArguments,
  request: BuildRequestKey,
  known: FastAnswer,
  startedAt: number,
  interrupts: { readonly signal: AbortSignal; readonly exitCode: number | undefined },
  frame: BuildFrame | undefined,
): Promise<number> {
  const state = openBuildState(request.stateDir);
  const prepared = await prepareBuild(request, args, known, state, frame);
  if (!prepared) return 2;
  const keys = keyMemory(state.keys);
  const engine = await composeEngine({
    root: request.root,
    stateDir: request.stateDir,
    config: prepared.plan.config,
    args,
    known: knownFacts(request.root, prepared, state),
    keys,
  });
  if (typeof engine === 'number') return engine;
  try {
    const outcome = await runBuild(
      args,
      prepared,
      state,
      engine,
      startedAt,
      interrupts.signal,
      frame?.logLines,
    );
    const totals = finishRun({
      request,
      ...prepared,
      state,
      engine,
      keys,
      outcome,
      startedAt,
      interrupted: interrupts.exitCode !== undefined,
    });
    summarise(totals, outcome.interrupted, engine, startedAt);
    frame?.ended?.(prepared.plan, outcome);
    return interrupts.exitCode ?? exitCodeOf(outcome.records);
  } finally {
    await engine.close();
  }
}

async function runBuild(
  args: BuildArguments,
  { plan, dirty, before }: Prepared,
  state: BuildState,
  engine: Engine,
  startedAt: number,
  signal: AbortSignal,
  logLines?: number,
): Promise<BuildOutcome> {
  const view = createBuildView({
    write: (text) => process.stderr.write(text),
    columns: process.stderr.isTTY ? process.stderr.columns : undefined,
    color: useColor(),
    now: () => Date.now() - startedAt,
    ...(logLines === undefined ? {} : { logLines }),
  });
  try {
    return await build(
      {
        table: plan.table,
        traces: before?.traces.source ?? journalTraces(state.traces),
        dirty: args.force || args.verifyDeterminism ? 'all' : dirty,
        steady: steadyActions(before),
        options: {
          jobs: args.jobs ?? availableParallelism(),
          keepGoing: args.keepGoing,
          force: args.force,
          keepSandbox: args.keepSandbox,
          verifyDeterminism: args.verifyDeterminism,
          explain: args.explain,
          pools: plan.config.pools,
        },
      },
      engine.services,
      view,
      signal,
    );
  } finally {
    view.finish();
  }
}

function summarise(totals: Totals, interrupted: boolean, engine: Engine, startedAt: number): void {
  const parts = [
    totals.executed > 0 ? `${totals.executed} executed` : '',
    totals.local_hits > 0 ? `${totals.local_hits} from the cache` : '',
    totals.remote_hits > 0 ? `${totals.remote_hits} from the remote cache` : '',
    totals.up_to_date > 0 ? `${totals.up_to_date} up to date` : '',
    totals.failed > 0 ? `${totals.failed} failed` : '',
    totals.skipped > 0 ? `${totals.skipped} not run` : '',
  ].filter((part) => part !== '');
  const what = parts.length === 0 ? 'nothing to do' : parts.join(', ');
  for (const warning of engine.warnings()) say(`warning: ${warning}`);
  say(
    `${interrupted ? 'interrupted: ' : ''}${plural(totals.total, 'action')}: ${what} (${duration(Date.now() - startedAt)})`,
  );
}
