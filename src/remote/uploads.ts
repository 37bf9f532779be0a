import { sameOutcome } from '../fingerprint/reapi/encode-action-result.ts';
import type { Digest, Sha256 } from '../model/digest.ts';
import type { ActionResult } from '../model/result.ts';
import type { ActionCache } from '../ports/action-cache.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import { resultBlobs } from '../store/result-blobs.ts';
import { isRemoteFault } from './fault.ts';
import type { AdoptingStore } from './fetch-blobs.ts';
import { limited } from './limited.ts';
import { SMALL_BLOB } from './transport.ts';

export interface Upload {
  readonly key: Sha256;
  readonly size: number;
  readonly result: ActionResult;
  /** The remote was asked and did not have it. */
  readonly absent: boolean;
}

export interface UploadTally {
  results: number;
  bytes: number;
  /** Results that did not get there. */
  failed: number;
  /** The remote holds another result of the same action, which is left as it is. */
  different: number;
}

const RESULTS_AT_ONCE = 100;
const BLOBS_AT_ONCE = 64;

/** Sends results behind the build's back: the blobs first, then the result that promises them. */
export class Uploads {
  readonly tally: UploadTally = { results: 0, bytes: 0, failed: 0, different: 0 };
  readonly #results: ActionCache;
  readonly #blobs: BlobStore;
  readonly #local: AdoptingStore;
  readonly #slot = limited(BLOBS_AT_ONCE);
  readonly #waiting: Upload[] = [];
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(results: ActionCache, blobs: BlobStore, local: AdoptingStore) {
    this.#results = results;
    this.#blobs = blobs;
    this.#local = local;
  }

  add(upload: Upload): void {
    this.#waiting.push(upload);
    this.#running ??= this.#work().finally(() => {
      this.#running = undefined;
    });
  }

  /** Waits for what is under way, but not longer than this; what is left then is not sent any more. */
  async settle(boundMs: number): Promise<void> {
    if (!this.#running) return;
    let timer: NodeJS.Timeout | undefined;
    const bound = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, boundMs);
    });
    await Promise.race([this.#running, bound]);
    clearTimeout(timer);
    this.#stopped = true;
    this.tally.failed += this.#waiting.splice(0).length;
  }

  async #work(): Promise<void> {
    // What else ends in the same moment goes along.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0 && !this.#stopped) {
      const some = this.#waiting.splice(0, RESULTS_AT_ONCE);
      try {
        await this.#send(some);
      } catch (error) {
        if (!isRemoteFault(error)) throw error;
        this.tally.failed += some.length;
      }
    }
  }

  async #send(uploads: readonly Upload[]): Promise<void> {
    const wanted = new Map<string, Digest>();
    for (const { result } of uploads)
      for (const digest of resultBlobs(result)) wanted.set(digest.hash, digest);
    const missing = await this.#blobs.missing([...wanted.values()]);
    const lost = new Set<string>();
    await Promise.all(
      missing.map((digest) =>
        this.#slot(async () => {
          if (await this.#tried(() => this.#sendBlob(digest))) this.tally.bytes += digest.size;
          else lost.add(digest.hash);
        }),
      ),
    );
    await Promise.all(
      uploads.map((upload) =>
        this.#slot(async () => {
          const whole = resultBlobs(upload.result).every(({ hash }) => !lost.has(hash));
          if (!whole || !(await this.#tried(() => this.#sendResult(upload)))) this.tally.failed++;
        }),
      ),
    );
  }

  async #sendBlob(digest: Digest): Promise<boolean> {
    if (digest.size > SMALL_BLOB) {
      await this.#blobs.putFile(this.#local.pathOf(digest), digest);
      return true;
    }
    const bytes = await this.#local.get(digest);
    if (bytes) await this.#blobs.put(bytes);
    return bytes !== undefined;
  }

  /** What is there stays: two results of one action mean that it is not deterministic, or that somebody lies. */
  async #sendResult({ key, size, result, absent }: Upload): Promise<boolean> {
    const known = absent ? undefined : await this.#results.get(key, size);
    if (known === undefined) {
      await this.#results.put(key, result, size);
      this.tally.results++;
    } else if (!sameOutcome(known, result)) this.tally.different++;
    return true;
  }

  /** One that fails does not take the others along. */
  async #tried(act: () => Promise<boolean>): Promise<boolean> {
    try {
      return await act();
    } catch (error) {
      if (isRemoteFault(error) || isSystemError(error)) return false;
      throw error;
    }
  }
}

/** The local cache may have been tidied meanwhile. */
const isSystemError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && 'syscall' in error;
