import type { Stats } from 'node:fs';

/** What tells, on one machine, that a file is unchanged. Never leaves the machine and is in no key. */
export interface StatSignature {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
  readonly mode: number;
}

export const signatureOf = ({ size, mtimeMs, ctimeMs, ino, mode }: Stats): StatSignature => ({
  size,
  mtimeMs,
  ctimeMs,
  ino,
  mode,
});

export const sameSignature = (a: StatSignature, b: StatSignature): boolean =>
  a.ctimeMs === b.ctimeMs &&
  a.mtimeMs === b.mtimeMs &&
  a.size === b.size &&
  a.ino === b.ino &&
  a.mode === b.mode;

/** The kernel stamps files with a clock that ticks every few milliseconds. */
const FINE_MS = 20;
/** File systems that keep whole (or, as FAT, two) seconds. */
const COARSE_MS = 2000;

/**
 * Whether a file was so young when its hashing began that a later edit of the same size could carry the same times.
 * Such a signature must not be trusted: the file is hashed again when next asked for.
 */
export const isRacy = (signature: StatSignature, hashedAtMs: number): boolean =>
  isYoung(signature.mtimeMs, hashedAtMs) || isYoung(signature.ctimeMs, hashedAtMs);

const isYoung = (timeMs: number, hashedAtMs: number): boolean =>
  timeMs > hashedAtMs - (timeMs % 1000 === 0 ? COARSE_MS : FINE_MS);
