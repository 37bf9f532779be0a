import type { Totals } from '../model/record.ts';
import { evaluateGates, evaluateTimedGates } from '../policy/local-gates.ts';
import { criticalPath } from '../report/critical-path.ts';
import type { ManifestBody } from '../report/manifest.ts';
import { manifestHead } from '../report/manifest-head.ts';
import { runEvents } from '../report/run-events.ts';
import { writeRun } from '../report/run-folder.ts';
import { runStamp } from '../report/run-stamp.ts';
import type { SeenHeader } from './fast-path.ts';
import type { FinishedRun } from './finished-run.ts';

/** Writes this run's folder. */
export function recordRun(
  { runId, request, plan, engine, outcome, startedAt, interrupted, run, plain }: FinishedRun,
  body: ManifestBody['now'],
  logs: SeenHeader['logs'],
  totals: Totals,
): void {
  const { hostFingerprint } = engine;
  const numbers = engine.remoteNumbers();
  const host = numbers ? { ...engine.host, remote_use: numbers } : engine.host;
  const endedAt = Date.now();
  const policy = evaluateGates(plan.policies);
  const good = !interrupted && totals.failed + totals.skipped === 0;
  writeRun(request.stateDir, runId, {
    manifest: [manifestHead({ runId, hostFingerprint, host, policy, notes: plan.notes }), body],
    events: runEvents(runId, plan.labels, outcome.records, totals, interrupted, run?.stages),
    stamp: runStamp(
      runId,
      request.root,
      startedAt,
      endedAt,
      outcome.records,
      criticalPath(plan.table, outcome.wanted, outcome.records),
      evaluateTimedGates(plan.policies, startedAt, endedAt),
    ),
    ...(plain && { state: plain.endText(good, interrupted) }),
    logs: logs.map(([path, from]) => [path, `${request.stateDir}/${from}`] as const),
  });
}
