import type { Digest } from '../model/digest.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import { coalesce } from './coalesce.ts';

const ASKED_AT_ONCE = 10_000;

/** Asks for one blob after the other; those that are asked for at the same time go along in one question. */
export const missingAsker = (
  store: Pick<BlobStore, 'missing'>,
): ((digest: Digest, size: number) => Promise<boolean>) =>
  coalesce({
    send: async (digests: readonly Digest[]) => {
      const missing = new Set((await store.missing(digests)).map(({ hash }) => hash));
      return ({ hash }: Digest) => missing.has(hash);
    },
    maxItems: ASKED_AT_ONCE,
    maxSize: () => Number.POSITIVE_INFINITY,
    concurrency: 2,
  });
