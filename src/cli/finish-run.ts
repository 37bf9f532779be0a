import type { ActionTrace, TraceSource } from '../engine/trace.ts';
import { readSealedBytes } from '../journal/sealed-file.ts';
import { kindOf } from '../journal/seen-table.ts';
import type { Totals } from '../model/record.ts';
import { parseCut } from '../report/cut-body.ts';
import { manifestBody } from '../report/manifest.ts';
import type { ManifestBody, ManifestSource } from '../report/manifest-lists.ts';
import { StoredBody } from '../report/stored-body.ts';
import { requestFile, unchangedFile } from './fast-path.ts';
import type { FinishedRun, StoredRequest } from './finished-run.ts';
import { recordRun } from './record-run.ts';
import { type Remembered, rememberRequest } from './remember-request.ts';
import { logsAfter } from './run-logs.ts';
import { shareKeys } from './shared-keys.ts';
import { noteTexts } from './source-texts.ts';
import { withStageAttempts } from './stage-attempts.ts';
import { stageLogs } from './stage-logs.ts';
import { removeStaleOutputs } from './stale-outputs.ts';
import { untouchedActions, untouchedRecords } from './untouched-records.ts';

export interface Finish {
  readonly totals: Totals;
  /** Outputs that nothing makes any more, and that were taken away. */
  readonly removed: readonly string[];
  readonly left: Remembered;
}

/** Writes what the next build needs and this run's record. In this order a crash costs time, never a right result. */
export function finishRun(run: FinishedRun): Finish {
  const { request, plan, state, engine, outcome } = run;
  state.files.append(engine.facts.changes());
  const removed = removeStaleOutputs(run);
  state.traces.append(outcome.traces);
  state.keys.append(run.keys.changes());
  if (!plan.tainted) {
    noteTexts(request.root, engine.facts.changes(), state.texts);
    shareKeys(request.root, plan.config.name, run.keys.changes());
  }
  const traces = tracesAfter(run);
  const untouched = untouchedActions(plan, outcome, traces);
  const body = manifestAfter(run, traces, untouched);
  const logs = [
    ...new Map([...logsAfter(run), ...stageLogs(run, () => untouchedRecords(plan, outcome, traces))]),
  ];
  const left = rememberRequest(run, traces, body, logs, untouched);
  recordRun(run, body, logs);
  return { totals: body.totals, removed, left };
}

function manifestAfter(run: FinishedRun, traces: TraceSource, untouched: number): ManifestBody {
  const { request, plan, engine, outcome } = run;
  return manifestBody({
    ...previousLines(run),
    labels: plan.labels,
    table: plan.table,
    requested: plan.requested,
    stages: new Set(plan.stages),
    records: withStageAttempts(outcome.records, plan, run.run),
    untouched,
    untouchedRecords: () => untouchedRecords(plan, outcome, traces),
    toolVersions: engine.toolVersions(),
    inputDigest: (path) =>
      engine.facts.known(path.startsWith('/') ? path : `${request.root}/${path}`)?.digest,
  });
}

function tracesAfter({ state, outcome, before, earlier }: FinishedRun): TraceSource {
  const old = before?.traces.source ?? earlier?.traces;
  const journal = (id: string): ActionTrace | undefined => state.traces.entries.get(id);
  return {
    at: (index, id) => outcome.traces.get(id) ?? (old ? old.at(index, id) : journal(id)),
    byId: (id) => outcome.traces.get(id) ?? journal(id),
  };
}

/** Lines can be replaced one by one only where each target has one action, and so always the same outputs. */
function previousLines({
  request,
  plan,
  before,
  unchangedLines,
}: FinishedRun): Pick<ManifestSource, 'previous' | 'base'> {
  if (!plan.oneActionEach || plan.hasTemplates) return {};
  const bytes = readSealedBytes(requestFile(request, 'manifest'));
  if (!bytes) return {};
  const cut = parseCut(bytes.toString('utf8'));
  const body = cut
    ? unchangedLines.open(unchangedFile(request, cut.identity), cut.identity)
    : before && StoredBody.open(bytes);
  if (!body) return {};
  return {
    ...(before && { previous: { body, ...(cut && { cut }), changed: changedSources(before) } }),
    ...(cut && { base: { body, identity: cut.identity } }),
  };
}

const changedSources = ({ table, changed }: StoredRequest): string[] =>
  changed.flatMap((i) => (kindOf(table, i) === 'source' ? (table.paths[i] ?? []) : []));
