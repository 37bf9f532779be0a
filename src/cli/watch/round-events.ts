import { monotonicMs } from '../../base/clock.ts';
import type { BuildObserver } from '../../engine/build-observer.ts';
import type { WatchEvent } from '../../report/watch-event.ts';
import type { RoundEnd } from './round.ts';

/** A build's news as those of a session. */
export const observerOf = (onEvent: (event: WatchEvent) => void, heardAt: number): BuildObserver => ({
  planned: (actions) => onEvent({ kind: 'planned', actions }),
  started: (action, _mnemonic, description) =>
    onEvent({ kind: 'action-started', action, description, sinceHintMs: monotonicMs() - heardAt }),
  retried: (action, attempt, reason) => onEvent({ kind: 'action-retried', action, attempt, reason }),
  finished: (record) => onEvent({ kind: 'action-ended', record }),
});

/** What was edited meanwhile ended something of it. */
export const isCutShort = (end: RoundEnd): boolean =>
  end.kind === 'built' && end.outcome.records.some((record) => record.status === 'cancelled');

/** How a round ended, for whoever listens. */
export function endOfRound(
  round: number,
  end: RoundEnd,
  durationMs: number,
): Extract<WatchEvent, { kind: 'broken' | 'round-ended' }> {
  if (end.kind === 'broken')
    return { kind: 'broken', round, exitCode: end.code, diagnostics: end.answer?.diagnostics ?? [] };
  const { runId, outcome, totals, unfinished } = end;
  const state =
    totals.failed > 0
      ? 'failed'
      : isCutShort(end)
        ? 'cancelled'
        : totals.skipped > 0
          ? 'failed'
          : 'succeeded';
  const { records } = outcome;
  return { kind: 'round-ended', round, runId, state, totals, records, unfinished, durationMs };
}
