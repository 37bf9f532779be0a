import { digestBytes } from '../fingerprint/digest-bytes.ts';
import type { Digest } from '../model/digest.ts';
import { sameDigest } from '../model/digest.ts';
import type { ActionResult } from '../model/result.ts';
import { blobPath } from './layout.ts';
import type { StoredFile } from './list-store.ts';
import { openResult } from './open-result.ts';
import { readStoredFile } from './read-stored-file.ts';
import { isResultSize, unframeResult } from './result-frame.ts';

/**
 * What a listed entry says, for those who look after the store: nothing is touched or removed. `damaged`: the entry itself;
 * `incomplete`: a Tree blob it needs.
 */
export async function storedResult(
  directory: string,
  entry: StoredFile,
): Promise<ActionResult | 'damaged' | 'incomplete' | undefined> {
  const stored = readStoredFile(entry.path, isResultSize);
  if (stored === undefined) return undefined;
  if (typeof stored === 'string') return 'damaged';
  const message = unframeResult(entry.hash, stored.bytes);
  if (message === undefined) return 'damaged';
  return (await openResult(message, async (digest) => soundBlob(directory, digest))) ?? 'incomplete';
}

function soundBlob(directory: string, digest: Digest): Uint8Array | undefined {
  if (digest.size === 0) return new Uint8Array();
  const stored = readStoredFile(blobPath(directory, digest.hash), (size) => size === digest.size);
  if (stored === undefined || typeof stored === 'string') return undefined;
  return sameDigest(digestBytes(stored.bytes), digest) ? stored.bytes : undefined;
}
