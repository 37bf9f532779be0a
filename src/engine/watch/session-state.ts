/**
 * What a session that watches does next. It knows no files, no clock and no builds: those ask it.
 *
 *            hint            quiet: look                 ended
 *   resting ─────▶ settling ────────────▶ building ────────────────▶ resting
 *                                          │    ▲                  └▶ building, if there was a hint meanwhile
 *                                     hint ▼    │ quiet: what is out of date?
 *                                         disturbed
 */
export type Phase = 'resting' | 'settling' | 'building' | 'disturbed' | 'over';

export interface SessionState {
  readonly phase: Phase;
  /** When the build has ended, there is more to look at. */
  readonly again: boolean;
  /** Somebody asked for a build, changed or not, which has not begun. */
  readonly asked: boolean;
}

export type SessionEvent = 'hint' | 'quiet' | 'ended' | 'asked' | 'quit';

/** `wait` for hints to end; `build` what has changed; `rebuild`: look at everything for it; say what is out of date (`outdate`); `stop` what runs; it is `over`. */
export type SessionAct = 'wait' | 'build' | 'rebuild' | 'outdate' | 'stop' | 'over' | 'none';

export interface Step {
  readonly state: SessionState;
  readonly act: SessionAct;
}

/** The first build needs no hint. */
export const FIRST_STATE: SessionState = { phase: 'building', again: false, asked: false };

export function step(state: SessionState, event: SessionEvent): Step {
  switch (event) {
    case 'hint':
      return onHint(state);
    case 'quiet':
      return onQuiet(state);
    case 'ended':
      return onEnded(state);
    case 'asked':
      return onAsked(state);
    case 'quit':
      return isBuilding(state) ? to(state, 'over', 'stop') : to(state, 'over', 'over');
  }
}

const isBuilding = ({ phase }: SessionState): boolean => phase === 'building' || phase === 'disturbed';

const to = (state: SessionState, phase: Phase, act: SessionAct): Step => ({
  state: { ...state, phase },
  act,
});

const stay = (state: SessionState, act: SessionAct = 'none'): Step => ({ state, act });

function onHint(state: SessionState): Step {
  if (state.phase === 'resting') return to(state, 'settling', 'wait');
  if (state.phase === 'building') return to({ ...state, again: true }, 'disturbed', 'wait');
  return stay(state);
}

function onQuiet(state: SessionState): Step {
  if (state.phase === 'settling') return begin(state);
  if (state.phase === 'disturbed') return to(state, 'building', 'outdate');
  return stay(state);
}

function onEnded(state: SessionState): Step {
  if (state.phase === 'over') return stay(state, 'over');
  // Hints are still coming in: what they are about is looked at when they have ended.
  if (state.phase === 'disturbed') return to({ ...state, again: false }, 'settling', 'none');
  return state.again || state.asked ? begin(state) : to(state, 'resting', 'none');
}

function onAsked(state: SessionState): Step {
  const asked = { ...state, asked: true };
  if (state.phase === 'resting' || state.phase === 'settling') return begin(asked);
  return stay(state.phase === 'over' ? state : asked);
}

const begin = ({ asked }: SessionState): Step => ({
  state: { phase: 'building', again: false, asked: false },
  act: asked ? 'rebuild' : 'build',
});
