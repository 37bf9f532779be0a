import type { Sha256 } from '../model/digest.ts';
import type { ActionResult } from '../model/result.ts';
import type { ActionCache } from '../ports/action-cache.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import { resultBlobs } from './result-blobs.ts';

/** Hides results whose blobs are gone: a hit counts only while everything it promises is there. */
export class CompleteActionCache implements ActionCache {
  readonly #results: ActionCache;
  readonly #blobs: BlobStore;

  constructor(results: ActionCache, blobs: BlobStore) {
    this.#results = results;
    this.#blobs = blobs;
  }

  async get(key: Sha256): Promise<ActionResult | undefined> {
    const result = await this.#results.get(key);
    if (result === undefined) return undefined;
    const missing = await this.#blobs.missing(resultBlobs(result));
    return missing.length === 0 ? result : undefined;
  }

  put(key: Sha256, result: ActionResult): Promise<void> {
    return this.#results.put(key, result);
  }
}
