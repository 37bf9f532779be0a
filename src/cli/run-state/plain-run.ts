import { processMark } from '../../journal/workspace-lock.ts';
import { queuedRun, stepRun } from '../../model/run-state.ts';
import { pointLatest } from '../../report/run-folder.ts';
import { runStateText } from '../../report/run-state-text.ts';
import { writeRunState } from './write-run-state.ts';

/** A run without stages: what is on disk says that it goes on, and then how it ended. */
export interface PlainRun {
  /** `run-state.json` of the end; it belongs beside the manifest. */
  endText(succeeded: boolean, interrupted: boolean): string;
}

export function beginPlainRun(stateDir: string, runId: string, request: string, startedAt: number): PlainRun {
  const since = new Date(startedAt).toISOString();
  const running = stepRun(queuedRun(runId), { kind: 'start' });
  writeRunState(stateDir, running, request, since);
  pointLatest(stateDir, runId);
  return {
    endText: (succeeded, interrupted) =>
      runStateText(stepRun(running, succeeded ? { kind: 'succeed' } : { kind: 'fail', interrupted }), {
        request,
        startedAt: since,
        owner: processMark(),
      }),
  };
}
