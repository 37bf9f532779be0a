import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Digest } from '../model/digest.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import { limited } from './limited.ts';
import { SMALL_BLOB } from './transport.ts';

/** A local store that can take over a finished file. */
export interface AdoptingStore extends BlobStore {
  /** Takes a blob that can be had again, and may write it later. */
  keep?(bytes: Uint8Array): Promise<void>;
  /** A name below the store for a file that is not finished. */
  newFile(): string;
  /** The file becomes the blob; it has been hashed. */
  adopt(path: string, digest: Digest): void;
  /** Where the blob lies, for reading. */
  pathOf(digest: Digest): string;
}

/** Large blobs at once: each has a connection's whole width. */
const LARGE_AT_ONCE = 3;

/** Brings blobs from `remote` into `local`, each once even if many ask for it. `onBytes`: so much came. */
export function blobFetcher(
  remote: BlobStore,
  local: AdoptingStore,
  onBytes: (count: number) => void,
): (digests: readonly Digest[]) => Promise<boolean> {
  const flying = new Map<string, Promise<boolean>>();
  const large = limited(LARGE_AT_ONCE);
  const fetchSmall = async (digest: Digest): Promise<boolean> => {
    const bytes = await remote.get(digest);
    if (bytes === undefined) return false;
    await (local.keep?.(bytes) ?? local.put(bytes));
    return true;
  };
  const fetchLarge = async (digest: Digest): Promise<boolean> => {
    const path = local.newFile();
    mkdirSync(dirname(path), { recursive: true });
    try {
      if (!(await remote.materialize(digest, path, false))) return false;
      local.adopt(path, digest);
      return true;
    } finally {
      await rm(path, { force: true });
    }
  };
  const fetchOne = (digest: Digest): Promise<boolean> => {
    const known = flying.get(digest.hash);
    if (known) return known;
    const fetching = (digest.size > SMALL_BLOB ? large(() => fetchLarge(digest)) : fetchSmall(digest))
      .then((done) => {
        if (done) onBytes(digest.size);
        return done;
      })
      .finally(() => flying.delete(digest.hash));
    flying.set(digest.hash, fetching);
    return fetching;
  };
  return async (digests) => {
    const outcomes = await Promise.allSettled((await local.missing(digests)).map(fetchOne));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    return outcomes.every((outcome) => outcome.status === 'fulfilled' && outcome.value);
  };
}
