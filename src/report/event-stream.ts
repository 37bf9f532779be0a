import { closeSync, openSync, writeSync } from 'node:fs';
import type { BuildObserver } from '../engine/build-observer.ts';

/** What happens in a build as JSON lines, written as it happens. Numbered, without times. */
export function openEventStream(
  file: string,
  runId: string,
): BuildObserver & { emit(type: string, more: object): void; close(): void } {
  const fd = openSync(file, 'w');
  let seq = 0;
  const emit = (type: string, more: object): void => {
    seq++;
    writeSync(fd, `${JSON.stringify({ seq, type, run_id: runId, ...more })}\n`);
  };
  return {
    emit,
    planned: (actions) => emit('recomp.actions.planned', { actions }),
    started: (action, mnemonic, description) =>
      emit('recomp.action.started', { action, mnemonic, description }),
    retried: (action, attempt, reason) => emit('recomp.action.retried', { action, attempt, reason }),
    finished: ({ id, status, source, key, failure }) =>
      emit('recomp.action.completed', { action: id, status, source, key, failure }),
    close: () => closeSync(fd),
  };
}

/** Several listeners as one. */
export const listeners = (all: readonly BuildObserver[]): BuildObserver => ({
  planned: (actions, unknown) => {
    for (const one of all) one.planned(actions, unknown);
  },
  started: (id, mnemonic, description) => {
    for (const one of all) one.started(id, mnemonic, description);
  },
  retried: (id, attempt, reason) => {
    for (const one of all) one.retried(id, attempt, reason);
  },
  said: (id, line) => {
    for (const one of all) one.said?.(id, line);
  },
  finished: (record) => {
    for (const one of all) one.finished(record);
  },
});
