import { rmSync } from 'node:fs';
import type { BuildOutcome } from '../engine/build-outcome.ts';
import type { StoredKey } from '../engine/key-memory.ts';
import { type ActionTrace, journalTraces, type TraceSource } from '../engine/trace.ts';
import { readSealedBytes, writeSealed } from '../journal/sealed-file.ts';
import type { SeenEntry } from '../journal/seen-entry.ts';
import { saveSeen } from '../journal/seen-file.ts';
import { kindOf, type SeenTable } from '../journal/seen-table.ts';
import { takeSeen } from '../journal/take-seen.ts';
import type { ActionRecord, Totals } from '../model/record.ts';
import { criticalPath } from '../report/critical-path.ts';
import { logPath } from '../report/log-paths.ts';
import { type ManifestBody, type ManifestSource, manifestBody } from '../report/manifest.ts';
import { manifestHead } from '../report/manifest-head.ts';
import { runEvents } from '../report/run-events.ts';
import { writeRun } from '../report/run-folder.ts';
import { runStamp } from '../report/run-stamp.ts';
import { StoredBody } from '../report/stored-body.ts';
import type { FramedRun } from './build-frame.ts';
import type { BuildState } from './build-state.ts';
import type { Engine } from './compose-engine.ts';
import { type BuildRequestKey, isHeader, requestFile, type SeenHeader } from './fast-path.ts';
import { type RequestPlan, savePlan } from './plan-file.ts';
import { refreshSeen } from './refresh-seen.ts';
import type { PlainRun } from './run-state/plain-run.ts';
import { heldSignatures, seenEntries } from './seen-entries.ts';
import { shareKeys } from './shared-keys.ts';
import { noteTexts } from './source-texts.ts';
import { type TraceLines, takeTraces } from './trace-file.ts';

export interface FinishedRun {
  readonly runId: string;
  readonly request: BuildRequestKey;
  readonly plan: RequestPlan;
  readonly load: () => readonly SeenEntry[];
  /** Present: the plan is the stored one, and this was seen of its files. */
  readonly before: StoredRequest | undefined;
  readonly state: BuildState;
  readonly engine: Engine;
  readonly keys: { changes(): ReadonlyMap<string, StoredKey> };
  readonly outcome: BuildOutcome;
  readonly startedAt: number;
  readonly interrupted: boolean;
  /** Present: it was written down from its start. */
  readonly run: FramedRun | undefined;
  /** Present if not. */
  readonly plain: PlainRun | undefined;
}

export interface StoredRequest {
  readonly table: SeenTable;
  readonly changed: readonly number[];
  readonly traces: TraceLines;
}

export interface Finish {
  readonly totals: Totals;
  /** What was written down for the next build. */
  readonly left: Omit<StoredRequest, 'changed'>;
}

/** Writes what the next build needs and this run's record. In this order a crash costs time, never a right result. */
export function finishRun(run: FinishedRun): Finish {
  const { request, plan, state, engine, outcome, before } = run;
  state.files.append(engine.facts.changes());
  state.traces.append(outcome.traces);
  state.keys.append(run.keys.changes());
  if (!plan.tainted) {
    noteTexts(request.root, engine.facts.changes(), state.texts);
    shareKeys(request.root, plan.config.name, run.keys.changes());
  }
  const traces = tracesAfter(run);
  const untouched = untouchedActions(plan, outcome, traces);
  const body = manifestBody({
    ...previousLines(run),
    labels: plan.labels,
    table: plan.table,
    requested: plan.requested,
    records: outcome.records,
    untouched,
    untouchedRecords: () => untouchedRecords(plan, outcome, traces),
    toolVersions: engine.toolVersions(),
    inputDigest: (path) =>
      engine.facts.known(path.startsWith('/') ? path : `${request.root}/${path}`)?.digest,
  });
  const logs = before
    ? updatedLogs(before, outcome, engine)
    : outcome.records.flatMap((r) => logsOf(r.id, r, engine));
  const left = remember(run, traces, body.asIfUnchanged, logs, untouched);
  record(run, body.now, logs, body.totals);
  return { totals: body.totals, left };
}

function tracesAfter({ state, outcome, before }: FinishedRun): TraceSource {
  const old = before?.traces.source;
  const journal = (id: string): ActionTrace | undefined => state.traces.entries.get(id);
  return {
    at: (index, id) => outcome.traces.get(id) ?? (old ? old.at(index, id) : journal(id)),
    byId: (id) => outcome.traces.get(id) ?? journal(id),
  };
}

function untouchedActions(plan: RequestPlan, { wanted }: BuildOutcome, traces: TraceSource): number {
  let count = 0;
  for (let i = 0; i < plan.table.size; i++) {
    if (wanted[i] === 1) continue;
    const node = plan.hasTemplates ? plan.table.node(i) : undefined;
    count += node?.decl.each ? (traces.at(i, node.id)?.items?.length ?? 0) : 1;
  }
  return count;
}

/** Of what the build had no reason to look at: as the journal has it. */
function untouchedRecords(
  { table }: RequestPlan,
  { wanted }: BuildOutcome,
  traces: TraceSource,
): ActionRecord[] {
  const records: ActionRecord[] = [];
  for (let i = 0; i < table.size; i++) {
    if (wanted[i] === 1) continue;
    const { id, target, decl } = table.node(i);
    const add = (of: string, trace: ActionTrace | undefined): void => {
      if (!trace) return;
      const { outputs, stdout, stderr } = trace.result;
      const streams = { ...(stdout ? { stdout } : {}), ...(stderr ? { stderr } : {}) };
      const { mnemonic, local } = decl;
      records.push({
        id: of,
        target,
        mnemonic,
        status: 'succeeded',
        source: 'journal',
        key: trace.key,
        outputs,
        attempts: 0,
        ...(local === undefined ? {} : { local }),
        ...streams,
      });
    };
    const trace = traces.at(i, id);
    if (!decl.each) add(id, trace);
    else for (const item of trace?.items ?? []) add(`${id}[${item}]`, traces.byId(`${id}[${item}]`));
  }
  return records;
}

/** Lines can be replaced one by one only where each target has one action, and so always the same outputs. */
function previousLines({ request, plan, before }: FinishedRun): Pick<ManifestSource, 'previous'> {
  if (!plan.oneActionEach || plan.hasTemplates) return {};
  const bytes = before && readSealedBytes(requestFile(request, 'manifest'));
  const body = bytes && StoredBody.open(bytes);
  return body ? { previous: { body, changed: changedSources(before) } } : {};
}

const changedSources = ({ table, changed }: StoredRequest): string[] =>
  changed.flatMap((i) => (kindOf(table, i) === 'source' ? (table.paths[i] ?? []) : []));

function remember(
  run: FinishedRun,
  traces: TraceSource,
  manifest: ManifestBody['asIfUnchanged'],
  logs: SeenHeader['logs'],
  untouched: number,
): Finish['left'] {
  const { request, plan, engine, outcome, before } = run;
  const unfinished = unfinishedActions(plan, outcome);
  const header: SeenHeader = {
    actions: outcome.records.length + untouched,
    targets: plan.labels.length,
    hostFingerprint: engine.hostFingerprint,
    host: engine.host,
    logs,
    complete: unfinished.size === 0,
    unfinished: [...unfinished],
  };
  const refreshed =
    before && !plan.hasTemplates && header.complete && wasComplete(before)
      ? refreshSeen(request.root, before, header, outcome.records, engine.facts)
      : undefined;
  const lines = before
    ? before.traces.replaced(changedTraces(plan, outcome))
    : takeTraces(plan.table.size, traces, (i) => plan.table.node(i).id, journalTraces(run.state.traces));
  // The old table must not stand beside newer files.
  rmSync(requestFile(request, 'seen'), { force: true });
  if (!before) savePlan(requestFile(request, 'plan'), plan);
  lines.save(requestFile(request, 'traces'));
  writeSealed(requestFile(request, 'manifest'), manifest);
  const table = refreshed ?? takeSeen(request.root, header, newEntries(run, traces, unfinished));
  saveSeen(requestFile(request, 'seen'), table);
  return { table, traces: lines };
}

function newEntries(
  { request, plan, engine, before, load }: FinishedRun,
  traces: TraceSource,
  unfinished: ReadonlySet<number>,
): SeenEntry[] {
  const held = before ? heldSignatures(request.root, before.table, before.changed) : new Map();
  const source = { root: request.root, table: plan.table, traces, facts: engine.facts, held, unfinished };
  return seenEntries(source, before ? load() : [...load(), ...engine.observed()]);
}

const wasComplete = ({ table }: StoredRequest): boolean => isHeader(table.header) && table.header.complete;

/** Actions that did not succeed, and templates of which not every instance did. */
function unfinishedActions({ table }: RequestPlan, { records, wanted }: BuildOutcome): Set<number> {
  const unfinished = new Set<number>();
  const bad = records.filter((r) => r.status !== 'succeeded').map((r) => r.id);
  if (bad.length === 0) return unfinished;
  const ids = new Set(bad.flatMap((id) => [id, id.replace(/\[.*$/s, '')]));
  for (let i = 0; i < table.size; i++) if (wanted[i] === 1 && ids.has(table.node(i).id)) unfinished.add(i);
  return unfinished;
}

function changedTraces({ table }: RequestPlan, { traces, wanted }: BuildOutcome): Map<number, ActionTrace> {
  const changed = new Map<number, ActionTrace>();
  for (let i = 0; i < table.size; i++) {
    const trace = wanted[i] === 1 ? traces.get(table.node(i).id) : undefined;
    if (trace) changed.set(i, trace);
  }
  return changed;
}

function record(
  { runId, request, plan, engine, outcome, startedAt, interrupted, run, plain }: FinishedRun,
  body: ManifestBody['now'],
  logs: SeenHeader['logs'],
  totals: Totals,
): void {
  const { hostFingerprint } = engine;
  const numbers = engine.remoteNumbers();
  const host = numbers ? { ...engine.host, remote_use: numbers } : engine.host;
  const endedAt = Date.now();
  const good = !interrupted && totals.failed + totals.skipped === 0;
  writeRun(request.stateDir, runId, {
    manifest: [manifestHead({ runId, hostFingerprint, host, ...(run && { policy: run.policy }) }), body],
    events: runEvents(runId, plan.labels, outcome.records, totals, interrupted, run?.stages),
    stamp: runStamp(
      runId,
      request.root,
      startedAt,
      endedAt,
      outcome.records,
      criticalPath(plan.table, outcome.wanted, outcome.records),
      run?.timedGates(endedAt),
    ),
    ...(plain && { state: plain.endText(good, interrupted) }),
    logs: logs.map(([path, from]) => [path, `${request.stateDir}/${from}`] as const),
  });
}

type Logs = SeenHeader['logs'];

const logsOf = (
  id: string,
  { stdout, stderr }: Pick<ActionRecord, 'stdout' | 'stderr'>,
  engine: Engine,
): Logs => [
  ...(stdout ? [[logPath(id, 'stdout'), engine.logs.pathOf(stdout)] as const] : []),
  ...(stderr ? [[logPath(id, 'stderr'), engine.logs.pathOf(stderr)] as const] : []),
];

function updatedLogs(before: StoredRequest, { records }: BuildOutcome, engine: Engine): Logs {
  const old = isHeader(before.table.header) ? before.table.header.logs : [];
  const made = records.flatMap((r) => logsOf(r.id, r, engine));
  if (old.length === 0) return made;
  const again = new Set(records.flatMap(({ id }) => [logPath(id, 'stdout'), logPath(id, 'stderr')]));
  return [...old.filter(([path]) => !again.has(path)), ...made];
}
