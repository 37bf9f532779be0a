import { lstatSync, mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { type BuildOutcome, build } from '../../engine/build.ts';
import { comparedFacts, type FactSource, journalFacts } from '../../engine/file-facts.ts';
import { keyMemory } from '../../engine/key-memory.ts';
import { journalTraces } from '../../engine/trace.ts';
import { heldEntries, kindOf, type SeenEntry, type SeenTable, usersOf } from '../../journal/seen-table.ts';
import { lockWorkspace } from '../../journal/workspace-lock.ts';
import { cacheDirectory } from '../../store/cache-directory.ts';
import type { Totals } from '../../model/record.ts';
import { createBuildView } from '../../report/build-view.ts';
import { duration, plural } from '../../report/terminal-text.ts';
import type { BuildArguments } from '../build-arguments.ts';
import type { BuildFrame } from '../build-frame.ts';
import { type BuildState, openBuildState } from '../build-state.ts';
import { composeEngine, type Engine } from '../compose-engine.ts';
import { exitCodeOf } from '../exit-code.ts';
import { type BuildRequestKey, type FastAnswer, requestFile, tryFastPath } from '../fast-path.ts';
import { listenForInterrupts } from '../interrupts.ts';
import { openPlan, type RequestPlan } from '../plan-file.ts';
import { heldSignatures } from '../seen-entries.ts';
import { openTraces } from '../trace-file.ts';
import { finishRun, type StoredRequest } from '../finish-run.ts';
import { printDiagnostics, say, useColor } from '../print.ts';

/** What is built and what is known of it before anything is looked at again. */
interface Prepared {
  readonly plan: RequestPlan;
  readonly load: readonly SeenEntry[];
  readonly dirty: ReadonlySet<number> | 'all';
  readonly before: StoredRequest | undefined;
}

/** `recomp build` once there is more to do than to find that nothing changed. */
export async function buildCommand(args: BuildArguments, request: BuildRequestKey, first: FastAnswer, startedAt: number, frame?: BuildFrame): Promise<number> {
  const interrupts = listenForInterrupts(() => say('stopping: waiting for running actions to end (again to stop at once)'));
  try {
    await makeFolders(request);
    let waited = false;
    const lock = await lockWorkspace(request.stateDir, frame?.command ?? `recomp build ${args.patterns.join(' ')}`, (owner, file) => {
      waited = true;
      say(owner ? `waiting for \`${owner.command}\` (process ${owner.pid}), which is changing this workspace` : `waiting for the owner of ${file}`);
    }, interrupts.signal);
    if (!lock) return interrupts.exitCode ?? 1;
    try {
      return await buildLocked(args, request, waited ? tryFastPath(request, { ...args, json: true }, startedAt) : first, startedAt, interrupts, frame);
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
  const prepared = await prepare(request, args, known, state, frame);
  if (!prepared) return 2;
  const keys = keyMemory(state.keys);
  const engine = await composeEngine({ root: request.root, stateDir: request.stateDir, config: prepared.plan.config, args, known: knownFacts(request.root, prepared, state), keys });
  if (typeof engine === 'number') return engine;
  try {
    const outcome = await runBuild(args, prepared, state, engine, startedAt, interrupts.signal, frame?.logLines);
    const totals = finishRun({ request, ...prepared, state, engine, keys, outcome, startedAt, interrupted: interrupts.exitCode !== undefined });
    summarise(totals, outcome.interrupted, engine, startedAt);
    frame?.ended?.(prepared.plan, outcome);
    return interrupts.exitCode ?? exitCodeOf(outcome.records);
  } finally {
    await engine.close();
  }
}

/** Up to this many changed files are hashed sooner than the journal of all files is read. */
const FEW = 200;

function knownFacts(root: string, { before }: Prepared, state: BuildState): FactSource {
  if (!before || before.changed.length > FEW) return journalFacts(state.files);
  return comparedFacts(heldSignatures(root, before.table, before.changed), state.files);
}

async function prepare(request: BuildRequestKey, args: BuildArguments, known: FastAnswer, state: BuildState, frame: BuildFrame | undefined): Promise<Prepared | undefined> {
  const quick = known.kind === 'go-on' ? takeOver(request, known, state) : undefined;
  if (quick) return quick;
  const { loadWorkspace } = await import('../load-workspace.ts');
  const loaded = await loadWorkspace(request.root, request.here, args.patterns);
  await printDiagnostics(loaded.diagnostics);
  const plan = loaded.plan && frame?.narrow ? frame.narrow(loaded.plan) : loaded.plan;
  if (!plan) return undefined;
  return { plan, load: loaded.seen, dirty: 'all', before: undefined };
}

/** The stored graph still holds when only sources and outputs changed, and the sources are still files. */
function takeOver(request: BuildRequestKey, known: FastAnswer & { kind: 'go-on' }, state: BuildState): Prepared | undefined {
  const { seen, changed } = known;
  if (!seen || !changed) return undefined;
  if (changed.some((i) => kindOf(seen, i) === 'load' || sourceIsGone(request.root, seen, i))) return undefined;
  const plan = openPlan(requestFile(request, 'plan'));
  const traces = plan && openTraces(requestFile(request, 'traces'), plan.table.size, journalTraces(state.traces));
  if (!plan || !traces) return undefined;
  return { plan, load: heldEntries(seen, 'load'), dirty: usersOf(seen, changed), before: { table: seen, changed, traces } };
}

/** Loading says in full what is wrong with a source that is no file any more, or has become a link. */
function sourceIsGone(root: string, seen: SeenTable, index: number): boolean {
  const path = seen.paths[index] ?? '';
  if (kindOf(seen, index) !== 'source' || path.startsWith('/')) return false;
  return lstatSync(`${root}/${path}`, { throwIfNoEntry: false })?.isFile() !== true;
}

async function runBuild(args: BuildArguments, { plan, dirty, before }: Prepared, state: BuildState, engine: Engine, startedAt: number, signal: AbortSignal, logLines?: number): Promise<BuildOutcome> {
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

/** What was touched of them is outputs, nothing that they read. */
function steadyActions(before: StoredRequest | undefined): (index: number) => boolean {
  if (!before) return () => false;
  const { table, changed } = before;
  const readers = usersOf(table, changed.filter((i) => kindOf(table, i) !== 'output'));
  return (index) => !readers.has(index);
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
  say(`${interrupted ? 'interrupted: ' : ''}${plural(totals.total, 'action')}: ${what} (${duration(Date.now() - startedAt)})`);
}
