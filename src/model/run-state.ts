/** Where a run stands. */
export type RunPhase = 'queued' | 'running' | 'blocked' | 'failed' | 'succeeded';

/** From where to where a run may go. A run that failed may be resumed; one that succeeded is over. */
export const RUN_TRANSITIONS: Readonly<Record<RunPhase, readonly RunPhase[]>> = {
  queued: ['running', 'blocked', 'failed'],
  running: ['running', 'blocked', 'failed', 'succeeded'],
  blocked: ['running', 'failed'],
  failed: ['queued'],
  succeeded: [],
};

export interface RunState {
  readonly runId: string;
  readonly phase: RunPhase;
  readonly currentStage: string | null;
  /** How often this stage was tried. */
  readonly stageAttempt: number;
  /** How often each stage was tried: retries, and all resumptions. */
  readonly attempts: Readonly<Record<string, number>>;
  /** Names of what was made, sorted: `artifact://sha256:…`. */
  readonly artifacts: readonly string[];
  /** It ended because its process did. */
  readonly interrupted: boolean;
  /** What it waits for; while it is blocked only. */
  readonly blockedBy: string | null;
}

export type RunStep =
  | { readonly kind: 'start' }
  | { readonly kind: 'stage'; readonly stage: string }
  | { readonly kind: 'made'; readonly artifacts: readonly string[] }
  | { readonly kind: 'block'; readonly reason: string }
  | { readonly kind: 'unblock' }
  | { readonly kind: 'fail'; readonly interrupted?: boolean }
  | { readonly kind: 'succeed' }
  | { readonly kind: 'resume' };

export const queuedRun = (runId: string): RunState => ({
  runId,
  phase: 'queued',
  currentStage: null,
  stageAttempt: 1,
  attempts: {},
  artifacts: [],
  interrupted: false,
  blockedBy: null,
});

/** The one place where a run's state changes; undefined: a run in this state cannot do that. */
export function advanceRun(state: RunState, step: RunStep): RunState | undefined {
  const phase = phaseAfter(state, step);
  if (phase === undefined || !RUN_TRANSITIONS[state.phase].includes(phase)) return undefined;
  const next = { ...state, phase };
  switch (step.kind) {
    case 'stage': {
      const stageAttempt = (state.attempts[step.stage] ?? 0) + 1;
      return {
        ...next,
        currentStage: step.stage,
        stageAttempt,
        attempts: { ...state.attempts, [step.stage]: stageAttempt },
      };
    }
    case 'made':
      return { ...next, artifacts: [...new Set([...state.artifacts, ...step.artifacts])].sort() };
    case 'block':
      return { ...next, blockedBy: step.reason };
    case 'unblock':
      return { ...next, blockedBy: null };
    case 'fail':
      return { ...next, interrupted: step.interrupted === true, blockedBy: null };
    case 'resume':
      return { ...next, currentStage: null, interrupted: false };
    default:
      return next;
  }
}

/** Where the caller knows that it can. */
export function stepRun(state: RunState, step: RunStep): RunState {
  const next = advanceRun(state, step);
  if (next === undefined) throw new Error(`a run that is ${state.phase} cannot ${step.kind}`);
  return next;
}

function phaseAfter({ phase }: RunState, { kind }: RunStep): RunPhase | undefined {
  switch (kind) {
    case 'start':
      return phase === 'queued' ? 'running' : undefined;
    case 'stage':
    case 'made':
      return phase === 'running' ? 'running' : undefined;
    case 'block':
      return 'blocked';
    case 'unblock':
      return phase === 'blocked' ? 'running' : undefined;
    case 'fail':
      return 'failed';
    case 'succeed':
      return 'succeeded';
    case 'resume':
      return 'queued';
  }
}
