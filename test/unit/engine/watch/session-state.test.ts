import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FIRST_STATE,
  type SessionAct,
  type SessionEvent,
  type SessionState,
  step,
} from '../../../../src/engine/watch/session-state.ts';

/** The acts that a series of events leads to. */
function acts(...events: SessionEvent[]): SessionAct[] {
  let state: SessionState = FIRST_STATE;
  return events.map((event) => {
    const next = step(state, event);
    state = next.state;
    return next.act;
  });
}

describe('a session that watches', () => {
  it('makes one build of a burst', () => {
    expect(acts('ended', 'hint', 'hint', 'hint', 'quiet')).toEqual(['none', 'wait', 'none', 'none', 'build']);
  });

  it('asks what is out of date when something changes while it builds, and looks again afterwards', () => {
    expect(acts('hint', 'hint', 'quiet', 'ended')).toEqual(['wait', 'none', 'outdate', 'build']);
  });

  it('waits for a burst to end that goes on when the build is over', () => {
    expect(acts('hint', 'ended', 'hint', 'quiet')).toEqual(['wait', 'none', 'none', 'build']);
  });

  it('builds at once when it is asked to, after the build that runs', () => {
    expect(acts('asked', 'ended', 'ended', 'asked')).toEqual(['none', 'rebuild', 'none', 'rebuild']);
  });

  it('ends what runs before it is over, and does nothing more then', () => {
    expect(acts('quit', 'hint', 'asked', 'ended')).toEqual(['stop', 'none', 'none', 'over']);
    expect(acts('ended', 'quit', 'hint', 'asked')).toEqual(['none', 'over', 'none', 'none']);
  });

  it('never loses a hint: after the last one, something is looked at', () => {
    const events = fc.array(fc.constantFrom<SessionEvent>('hint', 'quiet', 'ended', 'asked'), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(events, (list) => {
        let state: SessionState = FIRST_STATE;
        let isUnseen = false;
        let builds = 1;
        const feed = (event: SessionEvent): void => {
          // A build ends once, and only one that runs.
          const isRunning = state.phase === 'building' || state.phase === 'disturbed';
          if (event === 'ended' && !isRunning) return;
          const next = step(state, event);
          state = next.state;
          if (event === 'hint') isUnseen = true;
          if (event === 'ended') builds--;
          if (next.act === 'build' || next.act === 'rebuild') {
            builds++;
            isUnseen = false;
          }
          expect(builds).toBeLessThanOrEqual(1);
        };
        for (const event of list) feed(event);
        // Nothing more happens: quiet comes, builds end.
        for (let i = 0; i < 3; i++) for (const event of ['quiet', 'ended'] as const) feed(event);
        expect(state.phase).toBe('resting');
        expect(isUnseen).toBe(false);
      }),
    );
  });
});
