import { evaluateGates, evaluateTimedGates } from '../policy/local-gates.ts';
import { criticalPath, savedPath } from '../report/critical-path.ts';
import { manifestHead } from '../report/manifest-head.ts';
import type { ManifestBody } from '../report/manifest-lists.ts';
import { runEvents } from '../report/run-events.ts';
import { writeRun } from '../report/run-folder.ts';
import { runStamp } from '../report/run-stamp.ts';
import { type SeenHeader, unchangedFile } from './fast-path.ts';
import type { FinishedRun } from './finished-run.ts';
import { withStageAttempts } from './stage-attempts.ts';

/** Writes this run's folder. */
export function recordRun(
  { runId, request, plan, engine, outcome, startedAt, interrupted, run, plain }: FinishedRun,
  { now, totals, unchanged }: ManifestBody,
  logs: SeenHeader['logs'],
): void {
  const { hostFingerprint } = engine;
  const [cached, executed] = [engine.remoteNumbers(), engine.executorNumbers()];
  const host = {
    ...engine.host,
    ...(cached && { remote_use: cached }),
    ...(executed && { executor_use: executed }),
  };
  const endedAt = Date.now();
  const policy = evaluateGates(plan.policies);
  const good = !interrupted && totals.failed + totals.skipped === 0;
  writeRun(request.stateDir, runId, {
    manifest: [manifestHead({ runId, hostFingerprint, host, policy, notes: plan.notes }), now],
    events: runEvents(
      runId,
      plan.labels,
      withStageAttempts(outcome.records, plan, run),
      totals,
      interrupted,
      run?.stages,
      run?.earlierEvents,
    ),
    stamp: runStamp(
      runId,
      request.root,
      startedAt,
      endedAt,
      outcome.records,
      criticalPath(plan.table, outcome.wanted, outcome.records),
      evaluateTimedGates(plan.policies, startedAt, endedAt),
      savedPath(plan.table, outcome.wanted, outcome.records, (id) => outcome.traces.get(id)?.result.wallMs),
    ),
    ...(plain && { state: plain.endText(good, interrupted) }),
    logs: logs.map(([path, from]) => [path, `${request.stateDir}/${from}`] as const),
    ...(unchanged?.now && { unchanged: unchangedFile(request, unchanged.identity) }),
  });
}
