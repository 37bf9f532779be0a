import type { RunState } from '../model/run-state.ts';
import type { RunStateFile } from '../model/schema/run-status.ts';

export const RUN_STATE_FILE = 'run-state.json';

export interface RunStateFacts {
  readonly request: string;
  readonly startedAt: string;
  /** Undefined: it was over as soon as it was written down. */
  readonly owner:
    | { readonly pid: number; readonly started: string; readonly pidNamespace: string }
    | undefined;
}

/** `run-state.json`. It imports nothing: a build in which nothing changed writes one too. */
export function runStateText(state: RunState, { request, startedAt, owner }: RunStateFacts): string {
  const file: RunStateFile = {
    schema_version: 1,
    run_id: state.runId,
    state: state.phase,
    current_stage: state.currentStage,
    stage_attempt: state.stageAttempt,
    artifacts: [...state.artifacts],
    started_at: startedAt,
    updated_at: new Date().toISOString(),
    attempts: { ...state.attempts },
    interrupted: state.interrupted,
    blocked_by: state.blockedBy,
    request,
    owner: owner ? { pid: owner.pid, started: owner.started, pid_namespace: owner.pidNamespace } : null,
  };
  return `${JSON.stringify(file, null, 1)}\n`;
}
