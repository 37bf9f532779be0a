import type { BuildObserver } from '../../engine/build-observer.ts';
import type { ActionRecord } from '../../model/record.ts';
import { advanceRun, type RunState, type RunStep, stepRun } from '../../model/run-state.ts';
import type { RunStates } from '../run-state/run-states.ts';

/** A run from its start to its end: every transition is on disk before what it announces begins. */
export interface FollowedRun {
  readonly runId: string;
  readonly observer: BuildObserver;
  end(succeeded: boolean, interrupted: boolean): void;
}

export function followRun(
  first: RunState,
  request: string,
  startedAt: string,
  states: RunStates,
): FollowedRun {
  let state = first;
  const begun = new Set<string>();
  const go = (step: RunStep): void => {
    state = stepRun(state, step);
    states.write(state, request, startedAt);
  };
  const ignore = (): void => {};
  states.write(state, request, startedAt);
  go({ kind: 'start' });
  return {
    runId: first.runId,
    observer: {
      planned: ignore,
      retried: ignore,
      started: (id) => {
        const stage = stageOf(id);
        if (begun.has(stage)) return;
        begun.add(stage);
        go({ kind: 'stage', stage });
      },
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
