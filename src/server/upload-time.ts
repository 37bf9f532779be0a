const BASE_MS = 60_000;
const BYTES_PER_MS = 32;
/** Longer ones do not fit, and would end at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** An upload that is slower than this holds a connection and disk for nothing: a minute, and the rest at 32 KB/s. */
export const uploadTimeMs = (bytes: number): number =>
  Math.min(MAX_TIMER_MS, Math.ceil(BASE_MS + bytes / BYTES_PER_MS));

/** Nothing moved for so long: whoever is at the other end is gone. */
export const IDLE_MS = 60_000;
