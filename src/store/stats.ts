import { diskSize, tempFolder } from './layout.ts';
import { listStore, names } from './list-store.ts';

export interface CacheStats {
  readonly directory: string;
  readonly blobs: number;
  readonly results: number;
  /** Room taken on disk, near enough. */
  readonly bytes: number;
  readonly largestBlobBytes: number;
  readonly temporaryFiles: number;
  /** When the least recently used entry was used; absent in an empty cache. */
  readonly oldestUseMs?: number;
}

export async function cacheStats(directory: string): Promise<CacheStats> {
  const results = (await listStore(directory, 'ac')).files;
  const blobs = (await listStore(directory, 'cas')).files;
  let [bytes, largestBlobBytes, oldest] = [0, 0, Number.POSITIVE_INFINITY];
  for (const file of [...results, ...blobs]) {
    bytes += diskSize(file.size);
    oldest = Math.min(oldest, file.mtimeMs);
  }
  for (const blob of blobs) largestBlobBytes = Math.max(largestBlobBytes, blob.size);
  const temporaryFiles = names(tempFolder(directory)).length;
  const used = Number.isFinite(oldest) && { oldestUseMs: oldest };
  return {
    directory,
    blobs: blobs.length,
    results: results.length,
    bytes,
    largestBlobBytes,
    temporaryFiles,
    ...used,
  };
}
