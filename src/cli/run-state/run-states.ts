import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isDead, processMark } from '../../journal/workspace-lock.ts';
import type { RunState } from '../../model/run-state.ts';
import { type RunStateFile, runStateFile } from '../../model/schema/run-status.ts';

const NAME = 'run-state.json';

/** Where runs of a workspace are written down while they go on. */
export interface RunStates {
  write(state: RunState, request: string, startedAt: string): void;
  /** As it is now: a run that says "running" without its process has failed. */
  read(runId: string): RunStateFile | undefined;
  /** The newest run of this loop. */
  last(request: string): RunStateFile | undefined;
}

export function runStates(stateDir: string): RunStates {
  const runs = `${stateDir}/runs`;
  const read = (runId: string): RunStateFile | undefined => {
    const stored = parse(`${runs}/${runId}/${NAME}`);
    return stored && asItIs(stored);
  };
  return {
    write: (state, request, startedAt) => {
      const folder = `${runs}/${state.runId}`;
      mkdirSync(folder, { recursive: true });
      const temporary = `${folder}/.${NAME}.${process.pid}`;
      writeFileSync(temporary, `${JSON.stringify(toFile(state, request, startedAt), null, 1)}\n`);
      renameSync(temporary, `${folder}/${NAME}`);
    },
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

function toFile(state: RunState, request: string, startedAt: string): RunStateFile {
  const { pid, started, pidNamespace } = processMark();
  return {
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
    owner: { pid, started, pid_namespace: pidNamespace },
  };
}

function asItIs(stored: RunStateFile): RunStateFile {
  if (stored.state === 'failed' || stored.state === 'succeeded') return stored;
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
