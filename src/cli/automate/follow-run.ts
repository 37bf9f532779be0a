import type { BuildObserver } from '../../engine/build-observer.ts';
import type { ActionRecord } from '../../model/record.ts';
import { advanceRun, type RunState, type RunStep, stepRun } from '../../model/run-state.ts';
import type { RunStates } from '../run-state/run-states.ts';

/** A run from its start to its end: every transition is on disk before what it announces begins. */
export interface FollowedRun {
  readonly runId: string;
  readonly observer: BuildObserver;
  /** How often a stage was tried, over all resumptions; 0: never. */
  attempts(stage: string): number;
  end(succeeded: boolean, interrupted: boolean): void;
}

export function followRun(
  first: RunState,
  request: string,
  startedAt: string,
  states: RunStates,
): FollowedRun {
  let state = first;
  const tried = new Map<string, number>();
  const go = (step: RunStep): void => {
    state = stepRun(state, step);
    states.write(state, request, startedAt);
  };
  const ignore = (): void => {};
  // The attempt of a stage is that of its action which was tried most often.
  const attempt = (id: string, count: number): void => {
    const stage = stageOf(id);
    if (count <= (tried.get(stage) ?? 0)) return;
    tried.set(stage, count);
    go({ kind: 'stage', stage });
  };
  states.begin(state, request, startedAt);
  go({ kind: 'start' });
  return {
    runId: first.runId,
    attempts: (stage) => state.attempts[stage] ?? 0,
    observer: {
      planned: ignore,
      retried: (id, count) => attempt(id, count),
      started: (id) => attempt(id, 1),
      finished: (record) => {
        const next = advanceRun(state, { kind: 'made', artifacts: artifactsOf(record) });
        // Written with the next transition: an artifact alone is no event.
        if (next !== undefined) state = next;
      },
    },
    end: (succeeded, interrupted) => go(succeeded ? { kind: 'succeed' } : { kind: 'fail', interrupted }),
  };
}

/** `//a:lift%lift` → `lift`. */
const stageOf = (id: string): string => id.slice(id.lastIndexOf(':', id.indexOf('%')) + 1, id.indexOf('%'));

const artifactsOf = ({ outputs }: ActionRecord): string[] =>
  outputs.map((o) => `artifact://sha256:${o.kind === 'file' ? o.digest.hash : o.rootDigest.hash}`);
