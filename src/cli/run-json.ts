import type { FileChange, RunDifference } from '../report/runs/compare-runs.ts';
import type { KeyReasons } from '../report/runs/difference-text.ts';
import type { RunRecord } from '../report/runs/read-run.ts';
import { busyRows, largestOutputs } from '../report/runs/run-rows.ts';
import type { RunSummary } from '../report/runs/run-summary.ts';

/** A run in a list, for programs. */
export const summaryJson = (run: RunSummary): object => ({
  run_id: run.id,
  state: run.state,
  request: run.request ?? null,
  started_at: run.startedAt ?? null,
  duration_ms: run.durationMs ?? null,
  totals: run.totals ?? null,
  ...(run.faults.length > 0 && { faults: run.faults }),
});

export const runJson = (summary: RunSummary, run: RunRecord): object => ({
  ...summaryJson(summary),
  duration_ms: run.durationMs ?? summary.durationMs ?? null,
  totals: run.totals,
  host: run.host,
  tool_versions: run.toolVersions,
  folder: run.folder,
  actions: busyRows(run).map((row) => ({
    id: row.id,
    status: row.status,
    source: row.source,
    key: row.key,
    wall_ms: row.wallMs,
    attempts: row.attempts,
    from: row.from,
    failure: row.failure,
    logs: row.logs,
  })),
  critical_path: run.criticalPath.map(({ id, wallMs }) => ({ id, wall_ms: wallMs })),
  saved_path: run.savedPath.map(({ id, wallMs }) => ({ id, wall_ms: wallMs })),
  largest_outputs: largestOutputs(run, 20),
  faults: [...new Set([...summary.faults, ...run.faults])],
});

export const differenceJson = (
  [before, after]: readonly [RunSummary, RunSummary],
  difference: RunDifference,
  reasons: KeyReasons,
): object => ({
  before: summaryJson(before),
  after: summaryJson(after),
  why: reasons.causes.map(({ told, actions }) => ({ what: told.map(({ line }) => line), actions })),
  following: reasons.following,
  unknown: reasons.unknown,
  tools: difference.tools,
  host: difference.host,
  inputs: difference.inputs.map(fileJson),
  targets: difference.steps.map(({ name, kind, status, outputs, keys }) => ({
    name,
    kind,
    ...(status && { status }),
    keys,
    outputs: outputs.map(fileJson),
  })),
});

const fileJson = ({ path, before, after }: FileChange): object => ({
  path,
  before: before?.sha256 ?? null,
  after: after?.sha256 ?? null,
});
