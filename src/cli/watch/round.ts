import { availableParallelism } from 'node:os';
import { build } from '../../engine/build.ts';
import type { Outdated } from '../../engine/build-input.ts';
import type { BuildObserver } from '../../engine/build-observer.ts';
import type { BuildOutcome } from '../../engine/build-outcome.ts';
import { keyMemory } from '../../engine/key-memory.ts';
import { loadSeen } from '../../journal/seen-file.ts';
import { kindOf, type SeenTable } from '../../journal/seen-table.ts';
import { takeSeen } from '../../journal/take-seen.ts';
import type { ActionRecord } from '../../model/record.ts';
import { startPruning } from '../../report/prune-runs.ts';
import { newRunId } from '../../report/run-folder.ts';
import { askForTools } from '../ask-for-tools.ts';
import type { BuildArguments } from '../build-arguments.ts';
import { composeEngine, engineAgain } from '../compose-engine.ts';
import type { Engine } from '../engine.ts';
import { type BuildRequestKey, type FastAnswer, isHeader, requestFile } from '../fast-path.ts';
import { type Finish, finishRun } from '../finish-run.ts';
import type { LoadAnswer } from '../load-workspace.ts';
import type { RequestPlan } from '../plan-file.ts';
import { knownFacts, type Prepared, prepareBuild, steadyActions, tracesBefore } from '../prepare-build.ts';
import { beginPlainRun } from '../run-state/plain-run.ts';
import { inputEntries } from '../seen-entries.ts';
import type { RoundMemory } from './round-memory.ts';

export interface RoundJob {
  readonly args: BuildArguments;
  readonly request: BuildRequestKey;
  readonly memory: RoundMemory;
  /** Of the table that the memory holds; `all`: nothing is known. */
  readonly changed: readonly number[] | 'all';
  readonly startedAt: number;
  readonly observer: BuildObserver;
  readonly signal: AbortSignal;
  readonly outdated: Outdated;
  /** What is going to be built. */
  readonly onPlan: (plan: RequestPlan) => void;
  /** What the build is going to stand on, before it looks at it. */
  readonly onTable: (table: SeenTable) => Promise<void>;
}

export type RoundEnd =
  | {
      readonly kind: 'built';
      readonly runId: string;
      readonly outcome: BuildOutcome;
      readonly totals: Finish['totals'];
      readonly unfinished: readonly string[];
      readonly warnings: readonly string[];
    }
  | { readonly kind: 'broken'; readonly code: number; readonly answer: LoadAnswer | undefined };

/** One build under the workspace's lock, from what is remembered, which it brings up to date. */
export async function runRound(job: RoundJob): Promise<RoundEnd> {
  const { args, request, memory, startedAt } = job;
  let answer: LoadAnswer | undefined;
  const prepared = await prepareBuild(request, args, known(job), memory.state, {
    loaded: (loaded) => {
      answer = loaded;
    },
  });
  if (typeof prepared === 'number') return brokenRound(job, prepared, answer);
  job.onPlan(prepared.plan);
  if (!prepared.before) await job.onTable(expectedTable(request.root, prepared));
  const keys = keyMemory(memory.state.keys);
  const machine = await machineFor(job, prepared);
  if (typeof machine === 'number') return { kind: 'broken', code: machine, answer: undefined };
  const runId = newRunId(new Date(startedAt));
  const plain = beginPlainRun(request.stateDir, runId, `recomp watch ${args.patterns.join(' ')}`, startedAt);
  const engine = engineAgain(machine, knownFacts(request.root, prepared, memory.state), keys, runId);
  const pruned = startPruning(request.stateDir);
  const outcome = await perform(job, prepared, engine);
  pruned();
  if (prepared.earlier) askForTools(prepared.plan.table, engine);
  const { totals, left } = finishRun({
    runId,
    request,
    ...prepared,
    state: memory.state,
    engine,
    unchangedLines: memory.unchangedLines,
    keys,
    outcome,
    startedAt,
    interrupted: job.signal.aborted,
    run: undefined,
    plain,
  });
  memory.failures = new Map(outcome.records.filter(isFailed).map((record) => [record.id, record]));
  memory.table = left.table;
  memory.held = { plan: prepared.plan, traces: left.traces };
  memory.mark();
  const unfinished = unfinishedIds(left.table, prepared);
  return { kind: 'built', runId, outcome, totals, unfinished, warnings: machine.warnings() };
}

const isFailed = ({ status }: ActionRecord): boolean => status === 'failed';

const unfinishedIds = ({ header }: SeenTable, { plan }: Prepared): string[] =>
  isHeader(header) ? header.unfinished.map((index) => plan.table.node(index).id) : [];

function known({ memory: { table, held }, changed }: RoundJob): FastAnswer {
  if (!table || changed === 'all' || !isHeader(table.header)) return { kind: 'go-on' };
  return { kind: 'go-on', seen: table, changed, ...(held ? { held } : {}) };
}

/** Nothing is built: the next round begins from what was read this time. */
function brokenRound({ memory, request }: RoundJob, code: number, answer: LoadAnswer | undefined): RoundEnd {
  const inputs = answer?.plan ? sourcesOf(answer.plan.table) : [];
  memory.table = takeSeen(request.root, {}, [...(answer?.seen ?? []), ...inputs]);
  memory.held = undefined;
  memory.mark();
  return { kind: 'broken', code, answer };
}

/** Who waits for news of sources needs no more than this; the build finds out the rest. */
const expectedTable = (root: string, { plan, load }: Prepared): SeenTable =>
  takeSeen(root, {}, [...load(), ...sourcesOf(plan.table)]);

function sourcesOf(table: Prepared['plan']['table']) {
  const users = new Map<
    string,
    { readonly entry: ReturnType<typeof inputEntries>[number]; users: number[] }
  >();
  for (let i = 0; i < table.size; i++) {
    for (const entry of inputEntries(table.node(i))) {
      const one = users.get(entry.path);
      if (one) one.users.push(i);
      else users.set(entry.path, { entry, users: [i] });
    }
  }
  return [...users.values()].map(({ entry, users: list }) => ({ ...entry, users: list }));
}

/** Processes that wait for actions, and what is known of tools, are kept as long as nothing they hang on has changed. */
async function machineFor(job: RoundJob, { plan, before }: Prepared): Promise<Engine | number> {
  const { memory, request, args } = job;
  const config = JSON.stringify(plan.config);
  if (memory.engine && (before || (config === memory.config && !touchesMachine(job, memory.engine))))
    return memory.engine;
  await memory.dropEngine();
  const engine = await composeEngine({
    root: request.root,
    stateDir: request.stateDir,
    config: plan.config,
    args,
    known: { content: () => undefined, signature: () => undefined, journal: () => new Map() },
    keys: keyMemory(memory.state.keys),
    warm: true,
  });
  if (typeof engine !== 'number') memory.engine = engine;
  memory.config = config;
  return engine;
}

/** Something of a tool or of the base system is among what changed, or nobody knows. */
function touchesMachine({ memory: { table }, changed }: RoundJob, engine: Engine): boolean {
  if (!table || changed === 'all') return true;
  const own = new Set(engine.observed().map((entry) => entry.path));
  return changed.some((index) => own.has(table.paths[index] ?? ''));
}

function perform(
  { args, memory, observer, signal, outdated }: RoundJob,
  prepared: Prepared,
  engine: Engine,
): Promise<BuildOutcome> {
  const { plan, dirty, before } = prepared;
  const input = {
    table: plan.table,
    traces: tracesBefore(prepared, memory.state),
    dirty: args.force ? ('all' as const) : dirty,
    steady: steadyActions(before),
    options: { ...args, jobs: args.jobs ?? availableParallelism(), pools: plan.config.pools },
    outdated,
  };
  return build(input, { ...engine.services, failures: memory.failures }, observer, signal);
}

/** What the last build of this request left, of whichever command. */
export function openTable(request: BuildRequestKey): SeenTable | undefined {
  const table = loadSeen(requestFile(request, 'seen'));
  return table && isHeader(table.header) ? table : undefined;
}

/** Sources among these; what else has changed asks for more than running actions. */
export const changedSources = (table: SeenTable, changed: readonly number[]): number[] =>
  changed.filter((index) => kindOf(table, index) === 'source');
