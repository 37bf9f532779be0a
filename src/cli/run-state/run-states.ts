import { readdirSync, readFileSync } from 'node:fs';
import { isDead } from '../../journal/workspace-lock.ts';
import type { RunState } from '../../model/run-state.ts';
import { type RunStateFile, runStateFile } from '../../model/schema/run-status.ts';
import { pointLatest } from '../../report/run-folder.ts';
import { RUN_STATE_FILE } from '../../report/run-state-text.ts';
import { writeRunState } from './write-run-state.ts';

/** Where runs of a workspace are written down while they go on. */
export interface RunStates {
  /** From here on it is the latest run. */
  begin(state: RunState, request: string, startedAt: string): void;
  write(state: RunState, request: string, startedAt: string): void;
  /** As it is now: a run that says "running" without its process has failed. */
  read(runId: string): RunStateFile | undefined;
  /** The newest run of this loop. */
  last(request: string): RunStateFile | undefined;
}

export function runStates(stateDir: string): RunStates {
  const runs = `${stateDir}/runs`;
  const read = (runId: string): RunStateFile | undefined => {
    const stored = parse(`${runs}/${runId}/${RUN_STATE_FILE}`);
    return stored && asItIs(stored);
  };
  return {
    begin: (state, request, startedAt) => {
      writeRunState(stateDir, state, request, startedAt);
      pointLatest(stateDir, state.runId);
    },
    write: (state, request, startedAt) => writeRunState(stateDir, state, request, startedAt),
    read,
    last: (request) => {
      for (const name of namesIn(runs).sort().reverse()) {
        const state = name.startsWith('.') || name === 'latest' ? undefined : read(name);
        if (state?.request === request) return state;
      }
      return undefined;
    },
  };
}

/** The state as the state machine knows it. */
export const toState = (file: RunStateFile): RunState => ({
  runId: file.run_id,
  phase: file.state,
  currentStage: file.current_stage,
  stageAttempt: file.stage_attempt,
  attempts: file.attempts,
  artifacts: file.artifacts,
  interrupted: file.interrupted,
  blockedBy: file.blocked_by,
});

function asItIs(stored: RunStateFile): RunStateFile {
  if (stored.state === 'failed' || stored.state === 'succeeded' || stored.owner === null) return stored;
  const { pid, started, pid_namespace } = stored.owner;
  if (!isDead({ pid, started, pidNamespace: pid_namespace })) return stored;
  return { ...stored, state: 'failed', interrupted: true, blocked_by: null };
}

/** A torn or foreign file is no state. */
function parse(file: string): RunStateFile | undefined {
  try {
    return runStateFile.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
