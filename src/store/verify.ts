import { lstatSync } from 'node:fs';
import { digestFile } from '../fingerprint/digest-bytes.ts';
import type { Sha256 } from '../model/digest.ts';
import { dropDamaged, type OnDamage } from './damage.ts';
import { isYoung } from './eviction.ts';
import { diskSize } from './layout.ts';
import { listStore, type StoredFile } from './list-store.ts';
import { removeQuietly } from './place-file.ts';
import { resultBlobs } from './result-blobs.ts';
import { storedResult } from './stored-result.ts';
import { errorCode, isAbsent, storageFailure } from './system-error.ts';

export interface VerifyReport {
  readonly blobs: number;
  readonly results: number;
  readonly bytes: number;
  readonly damagedBlobs: number;
  readonly damagedResults: number;
  /** Sound, but a blob they need is gone: removed as well, since they can serve nobody. */
  readonly incompleteResults: number;
  /** What has no business in the store: links, folders, odd names. */
  readonly strays: number;
}

/** Hashes everything again and removes what is not what its name says. */
export async function verifyCache(
  directory: string,
  onDamage?: OnDamage,
  nowMs = Date.now(),
): Promise<VerifyReport> {
  const results = await listStore(directory, 'ac');
  const blobs = await listStore(directory, 'cas');
  const bad = blobs.files.filter((blob) => !isSound(blob));
  for (const { hash, path } of bad)
    dropDamaged({ what: 'blob', hash, path, problem: 'wrong content' }, onDamage);
  const broken = new Set(bad);
  const present = new Map(
    blobs.files.filter((blob) => !broken.has(blob)).map((blob) => [blob.hash, blob.size]),
  );
  const found = { damaged: 0, incomplete: 0 };
  for (const entry of results.files) {
    const state = await checkResult(directory, entry, present);
    if (state === 'sound' || (state === 'incomplete' && isYoung(entry, nowMs))) continue;
    found[state]++;
    const { hash, path } = entry;
    if (state === 'damaged') dropDamaged({ what: 'result', hash, path, problem: 'wrong content' }, onDamage);
    else removeQuietly(path);
  }
  const strays = [...results.strays, ...blobs.strays].filter(removeQuietly);
  return {
    blobs: blobs.files.length,
    results: results.files.length,
    bytes: [...blobs.files, ...results.files].reduce((sum, file) => sum + diskSize(file.size), 0),
    damagedBlobs: bad.length,
    damagedResults: found.damaged,
    incompleteResults: found.incomplete,
    strays: strays.length,
  };
}

/** One that was collected meanwhile is no damage. */
function isSound(blob: StoredFile): boolean {
  try {
    return lstatSync(blob.path).isFile() && digestFile(blob.path).hash === blob.hash;
  } catch (error) {
    if (isAbsent(error)) return true;
    if (errorCode(error) === 'EIO') return false;
    throw storageFailure(error, blob.path);
  }
}

async function checkResult(
  directory: string,
  entry: StoredFile,
  present: ReadonlyMap<Sha256, number>,
): Promise<'sound' | 'damaged' | 'incomplete'> {
  const result = await storedResult(directory, entry);
  if (result === undefined) return 'sound';
  if (typeof result === 'string') return result;
  const complete = resultBlobs(result).every(({ hash, size }) => size === 0 || present.get(hash) === size);
  return complete ? 'sound' : 'incomplete';
}
