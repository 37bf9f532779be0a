const BASE_MS = 60_000;
const BYTES_PER_MS = 32;

/** An upload that is slower than this holds a connection and disk for nothing: a minute, and the rest at 32 KB/s. */
export const uploadTimeMs = (bytes: number): number => Math.ceil(BASE_MS + bytes / BYTES_PER_MS);

/** Nothing moved for so long: whoever is at the other end is gone. */
export const IDLE_MS = 60_000;
