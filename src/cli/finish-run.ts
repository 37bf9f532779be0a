import { writeFileSync, renameSync, rmSync } from 'node:fs';
import type { BuildOutcome } from '../engine/build.ts';
import { saveSeen, type SeenEntry, type SeenTable, takeSeen } from '../journal/seen-table.ts';
import type { ActionRecord } from '../model/record.ts';
import { logPath } from '../report/log-paths.ts';
import { type ManifestSource, manifestBody, totalsOf } from '../report/manifest.ts';
import { manifestHead } from '../report/manifest-head.ts';
import { bodyLines } from '../report/manifest-text.ts';
import { runEvents } from '../report/run-events.ts';
import { newRunId, writeRun } from '../report/run-folder.ts';
import { runStamp } from '../report/run-stamp.ts';
import type { BuildState } from './build-state.ts';
import type { Engine } from './compose-engine.ts';
import { type BuildRequestKey, readIfThere, requestFile, type SeenHeader } from './fast-path.ts';
import { type PlanFile, savePlan } from './plan-file.ts';
import { seenEntries } from './seen-entries.ts';

export interface FinishedRun {
  readonly request: BuildRequestKey;
  readonly plan: PlanFile;
  readonly load: readonly SeenEntry[];
  readonly before: { readonly table: SeenTable; readonly changed: readonly number[] } | undefined;
  readonly state: BuildState;
  readonly engine: Engine;
  readonly outcome: BuildOutcome;
  readonly startedAt: number;
  readonly interrupted: boolean;
}

/** Writes what the next build needs and this run's record. In this order a crash costs time, never a right result. */
export function finishRun(run: FinishedRun): void {
  const { request, plan, state, engine, outcome } = run;
  const { records } = outcome;
  state.files.append(engine.facts.changes());
  state.traces.append(outcome.traces);
  const body = manifestBody({
    ...previousLines(run),
    graph: plan.graph,
    requested: plan.requested,
    records,
    toolVersions: engine.toolVersions(),
    inputDigest: (path) => engine.facts.known(path.startsWith('/') ? path : `${request.root}/${path}`)?.digest,
  });
  const logs = logsOf(records, engine);
  rememberSeen(run, body.asIfUnchanged, logs);
  record(run, body.now, logs);
}

/** With `before` the graph is the one that the stored manifest tells of. */
function previousLines({ request, before }: FinishedRun): Pick<ManifestSource, 'previous'> {
  const lines = before && bodyLines(readIfThere(requestFile(request, 'manifest')) ?? '');
  return before && lines ? { previous: { lines, changed: before.changed.flatMap((i) => before.table.paths[i] ?? []) } } : {};
}

function rememberSeen(run: FinishedRun, manifest: string, logs: SeenHeader['logs']): void {
  const { request, plan, engine, outcome, before } = run;
  const complete = outcome.records.every((r) => r.status === 'succeeded');
  const seenFile = requestFile(request, 'seen');
  if (!complete) {
    // Without the table the next build looks at everything; what succeeded is still up to date by the journal.
    rmSync(seenFile, { force: true });
    return;
  }
  const header: SeenHeader = {
    actions: outcome.records.length,
    targets: plan.graph.targets.length,
    hostFingerprint: engine.hostFingerprint,
    host: engine.host,
    logs,
    complete,
  };
  // With `before` the graph is the stored one.
  if (!before) {
    rmSync(seenFile, { force: true });
    savePlan(requestFile(request, 'plan'), plan);
  }
  replaceFile(requestFile(request, 'manifest'), manifest);
  const entries = seenEntries(request.root, plan.graph, outcome.records, [...run.load, ...(before ? [] : engine.observed())], engine.facts, before);
  saveSeen(seenFile, takeSeen(request.root, header, entries));
}

function record({ request, plan, engine, outcome, startedAt, interrupted }: FinishedRun, body: string, logs: SeenHeader['logs']): void {
  const runId = newRunId(new Date());
  const { hostFingerprint, host } = engine;
  writeRun(request.stateDir, runId, {
    manifest: manifestHead({ runId, hostFingerprint, host }) + body,
    events: runEvents(runId, plan.graph, outcome.records, totalsOf(outcome.records), interrupted),
    stamp: runStamp(runId, request.root, startedAt, Date.now(), outcome.records),
    logs: logs.map(([path, from]) => [path, `${request.stateDir}/${from}`] as const),
  });
}

function logsOf(records: readonly ActionRecord[], engine: Engine): SeenHeader['logs'] {
  return records.flatMap(({ id, stdout, stderr }) => [
    ...(stdout ? [[logPath(id, 'stdout'), engine.logs.pathOf(stdout)] as const] : []),
    ...(stderr ? [[logPath(id, 'stderr'), engine.logs.pathOf(stderr)] as const] : []),
  ]);
}

function replaceFile(file: string, text: string): void {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}
