import { queuedRun, stepRun } from '../../model/run-state.ts';
import { runStateText } from '../../report/run-state-text.ts';

/** Of a build in which nothing had to be done: it is over when it is written down. */
export function idleRunText(runId: string, request: string, startedAt: number): string {
  const ended = stepRun(stepRun(queuedRun(runId), { kind: 'start' }), { kind: 'succeed' });
  return runStateText(ended, { request, startedAt: new Date(startedAt).toISOString(), owner: undefined });
}
