import { StorageFailure } from '../ports/storage-failure.ts';
import type { CacheLimits } from './eviction.ts';
import { collectGarbage, type GcReport } from './gc.ts';
import { noteGrowth, shouldCollect } from './usage.ts';

/** What a build does when it is done: notes what it added, and collects if that was too much. */
export async function keepWithinBounds(
  directory: string,
  limits: CacheLimits,
  addedBytes: number,
): Promise<GcReport | undefined> {
  noteGrowth(directory, addedBytes);
  if (!shouldCollect(directory, limits)) return undefined;
  try {
    return await collectGarbage(directory, limits);
  } catch (error) {
    // A build that has done its work does not fail because tidying did.
    if (error instanceof StorageFailure) return undefined;
    throw error;
  }
}
