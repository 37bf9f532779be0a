import { lstatSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { Sha256 } from '../model/digest.ts';
import { type CacheLimits, chooseEviction, type EntryUse } from './eviction.ts';
import { diskSize, tempFolder } from './layout.ts';
import { listStore, names, type StoredFile } from './list-store.ts';
import { removeQuietly } from './place-file.ts';
import { removeEvicted } from './remove-evicted.ts';
import { resultBlobs } from './result-blobs.ts';
import { storedResult } from './stored-result.ts';
import { recordMeasure } from './usage.ts';

export interface GcReport {
  readonly removedResults: number;
  readonly removedBlobs: number;
  readonly removedTemporary: number;
  readonly freedBytes: number;
  readonly keptBytes: number;
}

/**
 * Brings the cache within its limits while builds go on. Results go before their blobs, what was used in the last minutes
 * stays, and everything is looked at again just before it goes. Should a build lose a blob all the same, it sees a miss.
 */
export async function collectGarbage(
  directory: string,
  limits: CacheLimits,
  nowMs = Date.now(),
): Promise<GcReport> {
  const results = await listStore(directory, 'ac');
  // Blobs second: one that a listed result names was there before it.
  const blobs = await listStore(directory, 'cas');
  const uses = await entryUses(directory, results.files, blobs.files);
  const eviction = chooseEviction(uses, blobs.files, limits, nowMs);
  const { gone, freed } = removeEvicted(eviction, nowMs);
  const strays = [...results.strays, ...blobs.strays].filter((path) => removeStale(path, nowMs));
  const freedBytes = sizeOf([...gone.map((use) => use.entry), ...freed]);
  const keptBytes = sizeOf([...results.files, ...blobs.files]) - freedBytes;
  recordMeasure(directory, keptBytes, nowMs);
  return {
    removedResults: gone.length,
    removedBlobs: freed.length,
    removedTemporary: strays.length + removeTemporary(directory, nowMs),
    freedBytes,
    keptBytes,
  };
}

async function entryUses(
  directory: string,
  entries: readonly StoredFile[],
  blobs: readonly StoredFile[],
): Promise<EntryUse[]> {
  const sizes = new Map(blobs.map((blob) => [blob.hash, blob.size]));
  const uses: EntryUse[] = [];
  for (const entry of entries) {
    const result = await storedResult(directory, entry);
    if (uses.length % 256 === 255) await setImmediate();
    if (result === undefined) continue;
    const needed = typeof result === 'string' ? [] : resultBlobs(result).filter((digest) => digest.size > 0);
    const broken = typeof result === 'string' || needed.some(({ hash, size }) => sizes.get(hash) !== size);
    uses.push({ entry, needs: [...new Set(needed.map((digest): Sha256 => digest.hash))], broken });
  }
  return uses;
}

const DAY_MS = 86_400_000;

const removeTemporary = (directory: string, nowMs: number): number =>
  names(tempFolder(directory)).filter((name) => removeStale(`${tempFolder(directory)}/${name}`, nowMs))
    .length;

/** What nobody can still be writing. */
function removeStale(path: string, nowMs: number): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined || stats.isDirectory() || nowMs - stats.mtimeMs < DAY_MS) return false;
  return removeQuietly(path);
}

const sizeOf = (files: readonly StoredFile[]): number =>
  files.reduce((sum, file) => sum + diskSize(file.size), 0);
