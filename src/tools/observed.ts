import { statSync } from 'node:fs';

/** A path and what stat(2) said when something was concluded from it; folders stand for the list of their entries. */
export interface Observed {
  readonly path: string;
  readonly signature: string;
}

/** Differs after any write or replacement: ctime cannot be set back. */
export function statSignature(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeMs}:${stat.ctimeMs}` : 'absent';
}

export const observe = (path: string): Observed => ({ path, signature: statSignature(path) });

export const stillHolds = (observed: readonly Observed[]): boolean =>
  observed.every(({ path, signature }) => statSignature(path) === signature);
