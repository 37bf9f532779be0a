/** How long a server waits for those who are slow. */
export interface Patience {
  /** Nothing moved for so long in the middle of a request: whoever is at the other end is gone. */
  readonly idleMs: number;
  /** An upload that takes longer holds a connection and disk for nothing. */
  uploadMs(bytes: number): number;
}

const BASE_MS = 60_000;
const BYTES_PER_MS = 32;
/** Longer ones do not fit a timer, and would end at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** A minute, and the rest at 32 KB/s. */
export const PATIENCE: Patience = {
  idleMs: 60_000,
  uploadMs: (bytes) => Math.min(MAX_TIMER_MS, Math.ceil(BASE_MS + bytes / BYTES_PER_MS)),
};
