import { notesOf } from './notes-of.ts';
import type { WatchEvent } from './watch-event.ts';

/** What happens in a session for another program: an event a line, numbered. */
export function watchJson(write: (line: string) => void): (event: WatchEvent) => void {
  let seq = 0;
  return (event) => {
    seq++;
    const { type, ...rest } = jsonOf(event);
    write(`${JSON.stringify({ seq, type: `recomp.watch.${type}`, ...rest })}\n`);
  };
}

function jsonOf(event: WatchEvent): { readonly type: string; readonly [key: string]: unknown } {
  switch (event.kind) {
    case 'round-started':
      return { type: 'round.started', round: event.round, cause: event.cause, changed: event.changed };
    case 'planned':
      return { type: 'actions.planned', actions: event.actions };
    case 'action-started':
      return {
        type: 'action.started',
        action: event.action,
        description: event.description,
        since_hint_ms: Math.round(event.sinceHintMs * 10) / 10,
      };
    case 'action-retried':
      return { type: 'action.retried', action: event.action, attempt: event.attempt, reason: event.reason };
    case 'action-ended': {
      const { id, status, source, key, failure, why } = event.record;
      const notes = notesOf(event.record);
      return {
        type: 'action.completed',
        ...{ action: id, status, source, key, failure, why },
        ...(notes.length > 0 ? { notes } : {}),
      };
    }
    case 'outdated':
      return { type: 'round.outdated', changed: event.changed };
    case 'round-ended':
      return {
        type: 'round.completed',
        round: event.round,
        run_id: event.runId,
        state: event.state,
        ...event.totals,
        unfinished: event.unfinished,
        duration_ms: event.durationMs,
      };
    case 'broken':
      return { type: 'workspace.broken', round: event.round, diagnostics: event.diagnostics };
    case 'over':
    case 'trouble':
    case 'warning':
      return { type: event.kind, message: event.message };
    case 'waiting':
      return { type: 'waiting', owner: event.owner };
    case 'resting':
      return { type: 'resting', folders: event.folders, files: event.files };
  }
}
