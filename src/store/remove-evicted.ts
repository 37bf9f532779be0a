import { lstatSync, unlinkSync } from 'node:fs';
import { type EntryUse, type Eviction, isYoung } from './eviction.ts';
import type { StoredFile } from './list-store.ts';
import { isAbsent, storageFailure } from './system-error.ts';

/** What really went. */
export interface Removed {
  readonly gone: readonly EntryUse[];
  readonly freed: readonly StoredFile[];
}

/** Results first, then blobs; whatever was used since it was chosen stays, and so do the blobs of such a result. */
export function removeEvicted(eviction: Eviction, nowMs: number): Removed {
  const gone = eviction.entries.filter((use) => removeUnused(use.entry, nowMs));
  const removed = new Set(gone);
  const kept = eviction.entries.filter((use) => !removed.has(use));
  const needed = new Set(kept.flatMap((use) => use.needs));
  const freed = eviction.blobs.filter((blob) => !needed.has(blob.hash) && removeUnused(blob, nowMs));
  return { gone, freed };
}

/** Not when somebody has used it since it was listed. */
function removeUnused(file: StoredFile, nowMs: number): boolean {
  try {
    const stats = lstatSync(file.path);
    if (stats.mtimeMs !== file.mtimeMs || isYoung(stats, nowMs)) return false;
    unlinkSync(file.path);
    return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw storageFailure(error, file.path);
  }
}
