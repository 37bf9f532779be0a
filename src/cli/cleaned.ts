import { say } from './print.ts';
import type { Removal } from './remove-outputs.ts';

/** What became of a `recomp clean`. */
export interface Cleaned {
  readonly exitCode: number;
  /** What can be done only when the lock is no more. */
  readonly afterwards?: () => void;
}

/** What is in the way of removing something is said; the rest is removed all the same. */
export function tellFaults(removals: readonly Removal[]): number {
  const faults = removals.flatMap((removal) => removal.faults);
  for (const fault of faults) say(fault);
  return faults.length === 0 ? 0 : 4;
}
