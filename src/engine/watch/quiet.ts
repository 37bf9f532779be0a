/** So long after the last of a few hints nothing more is expected. */
const FEW_MS = 8;
/** Whoever changes many files takes breaths in between. */
const MANY_MS = 60;
const FEW = 3;
/** Who never rests is not waited for. */
const LONGEST_MS = 1500;

export interface Burst {
  readonly places: number;
  readonly firstAt: number;
  readonly lastAt: number;
}

/** How much longer to wait for a burst of hints to end; 0: it has. */
export function stillToWait(burst: Burst, now: number): number {
  if (now - burst.firstAt >= LONGEST_MS) return 0;
  const quiet = burst.places <= FEW ? FEW_MS : MANY_MS;
  return Math.max(0, Math.min(burst.lastAt + quiet, burst.firstAt + LONGEST_MS) - now);
}

export const isMany = (burst: Burst): boolean => burst.places > FEW;
