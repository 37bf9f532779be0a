import { utimesSync } from 'node:fs';

const MINUTE = 60_000;

/** A hit is noted at most this often. */
export const NOTE_HIT_AFTER_MS = 60 * MINUTE;
/** Something stored again is noted sooner: it must look young to a collector until a result names it. */
export const NOTE_CLAIM_AFTER_MS = 5 * MINUTE;
/** A collector leaves alone what is younger: its result may be about to be written. */
export const GRACE_MS = 10 * MINUTE;

/** Modification times say when an entry was last used. */
export function noteUse(path: string, mtimeMs: number, nowMs: number, afterMs: number): void {
  if (nowMs - mtimeMs < afterMs) return;
  try {
    utimesSync(path, nowMs / 1000, nowMs / 1000);
  } catch {
    // A cache that is read-only, or an entry collected just now: only the order of removal is less exact.
  }
}
