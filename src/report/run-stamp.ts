import type { GateVerdict } from '../model/policy-verdict.ts';
import type { ActionRecord } from '../model/record.ts';
import type { CriticalAction } from './critical-path.ts';

/** Every time and duration of a run, and absolute paths: all that would differ between two runs of the same work. */
export function runStamp(
  runId: string,
  root: string,
  startedAt: number,
  endedAt: number,
  records: readonly ActionRecord[],
  critical: readonly CriticalAction[],
  gates: readonly GateVerdict[] = [],
  saved: readonly CriticalAction[] = [],
): unknown {
  const actions = records.flatMap(({ id, startedMs, wallMs, attempts }) =>
    wallMs === undefined
      ? []
      : [{ id, started_ms: Math.round(startedMs ?? 0), wall_ms: Math.round(wallMs * 10) / 10, attempts }],
  );
  const hits = records.flatMap(({ id, maker }) => (maker === undefined ? [] : [{ id, made_by: maker }]));
  return {
    run_id: runId,
    root,
    started_at: new Date(startedAt).toISOString(),
    ended_at: new Date(endedAt).toISOString(),
    duration_ms: endedAt - startedAt,
    actions,
    ...(critical.length > 0 && { critical_path: critical }),
    ...(saved.length > 0 && { saved_path: saved }),
    ...(hits.length > 0 && { hits }),
    ...(gates.length > 0 && { policy: gates }),
  };
}
