import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  advanceRun,
  queuedRun,
  RUN_TRANSITIONS,
  type RunPhase,
  type RunStep,
} from '../../../src/model/run-state.ts';

const walk = (...steps: readonly RunStep[]) =>
  steps.reduce(
    (state, step) => state && advanceRun(state, step),
    advanceRun(queuedRun('r'), { kind: 'start' }),
  );

describe('the state of a run', () => {
  it('goes from queued over stages to succeeded', () => {
    expect(
      walk(
        { kind: 'stage', stage: 'intake' },
        { kind: 'made', artifacts: ['b', 'a', 'b'] },
        { kind: 'succeed' },
      ),
    ).toMatchObject({
      phase: 'succeeded',
      currentStage: 'intake',
      stageAttempt: 1,
      artifacts: ['a', 'b'],
    });
  });
  it('can be blocked and go on', () => {
    expect(walk({ kind: 'block', reason: 'approval' })).toMatchObject({
      phase: 'blocked',
      blockedBy: 'approval',
    });
    expect(walk({ kind: 'block', reason: 'approval' }, { kind: 'unblock' })).toMatchObject({
      phase: 'running',
      blockedBy: null,
    });
    expect(walk({ kind: 'block', reason: 'approval' }, { kind: 'succeed' })).toBeUndefined();
  });
  it('counts how often it was at a stage, over resumptions', () => {
    const stage: RunStep = { kind: 'stage', stage: 'lift' };
    expect(walk(stage, { kind: 'fail', interrupted: true })).toMatchObject({
      phase: 'failed',
      interrupted: true,
    });
    expect(
      walk(stage, { kind: 'fail', interrupted: true }, { kind: 'resume' }, { kind: 'start' }, stage),
    ).toMatchObject({
      phase: 'running',
      stageAttempt: 2,
      interrupted: false,
    });
  });
  it('ends with success', () => {
    for (const kind of ['start', 'unblock', 'succeed', 'resume', 'fail'] as const)
      expect(walk({ kind: 'succeed' }, { kind })).toBeUndefined();
  });
  it('never goes where the table does not lead, and keeps its id', () => {
    const step = fc.oneof(
      fc.constantFrom<RunStep>(
        { kind: 'start' },
        { kind: 'unblock' },
        { kind: 'succeed' },
        { kind: 'resume' },
        { kind: 'fail' },
      ),
      fc.string().map((stage): RunStep => ({ kind: 'stage', stage })),
      fc.string().map((reason): RunStep => ({ kind: 'block', reason })),
      fc.array(fc.string()).map((artifacts): RunStep => ({ kind: 'made', artifacts })),
    );
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        let state = queuedRun('r');
        const seen: RunPhase[] = [state.phase];
        for (const one of steps) {
          const next = advanceRun(state, one);
          if (next === undefined) continue;
          expect(RUN_TRANSITIONS[state.phase]).toContain(next.phase);
          expect(next.runId).toBe('r');
          state = next;
          seen.push(next.phase);
        }
        expect(seen.indexOf('succeeded') === -1 || seen.indexOf('succeeded') === seen.length - 1).toBe(true);
      }),
    );
  });
});
