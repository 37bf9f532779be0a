import type { Digest, Sha256 } from '../model/digest.ts';
import type { ActionResult } from '../model/result.ts';
import type { ActionCache } from '../ports/action-cache.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import { resultBlobs } from '../store/result-blobs.ts';
import { isRemoteFault, type RemoteFault } from './fault.ts';
import { type AdoptingStore, blobFetcher } from './fetch-blobs.ts';
import { breaking, CAREFUL, prepared, retrying } from './guard.ts';
import { LayeredBlobStore } from './layered-blob-store.ts';
import { missingAsker } from './missing-asker.ts';
import { RemoteActionCache, type ResultTrust } from './remote-action-cache.ts';
import { RemoteBlobStore } from './remote-blob-store.ts';
import type { Transport } from './transport.ts';
import { Uploads } from './uploads.ts';
import { verifying } from './verify.ts';

export interface RemoteCacheOptions {
  /** As it may be shown. */
  readonly name: string;
  readonly transport: Transport;
  readonly local: { readonly blobs: AdoptingStore; readonly results: ActionCache };
  readonly write: boolean;
  readonly trust: ResultTrust;
}

/** `content`: at once. `presence`: later, perhaps. `knowledge`: whether there is one. */
export type ResultUse = 'content' | 'presence' | 'knowledge';

export interface RemoteNumbers {
  readonly hits: number;
  readonly misses: number;
  readonly downloaded_bytes: number;
  readonly uploaded_results: number;
  readonly uploaded_bytes: number;
  readonly not_uploaded: number;
  readonly faults: number;
}

/** A remote cache as a build sees it: it never fails, it only has less to offer. */
export class RemoteCache {
  /** The local blobs, and behind them the remote's. */
  readonly blobs: BlobStore;
  readonly #name: string;
  readonly #transport: Transport;
  readonly #results: ActionCache;
  readonly #local: RemoteCacheOptions['local'];
  readonly #fetch: (digests: readonly Digest[]) => Promise<boolean>;
  readonly #uploads: Uploads | undefined;
  readonly #isMissing: (digest: Digest, size: number) => Promise<boolean>;
  readonly #absent = new Set<Sha256>();
  readonly #count = { hits: 0, misses: 0, bytes: 0, faults: 0 };
  #trouble: RemoteFault | undefined;

  constructor({ name, transport, local, write, trust }: RemoteCacheOptions) {
    const onFault = (fault: RemoteFault): void => {
      this.#trouble ??= fault;
      this.#count.faults++;
    };
    this.#name = name;
    this.#local = local;
    const guarded = breaking(retrying(verifying(transport)), { ...CAREFUL, onFault });
    this.#transport = prepared(guarded, transport.prepare);
    const remote = new RemoteBlobStore(this.#transport);
    this.#isMissing = missingAsker(remote);
    this.#fetch = blobFetcher(remote, local.blobs, (bytes) => {
      this.#count.bytes += bytes;
    });
    this.blobs = new LayeredBlobStore(local.blobs, (digests) => this.#try(() => this.#fetch(digests), false));
    this.#results = new RemoteActionCache(this.#transport, (digest) => this.blobs.get(digest), trust);
    // What nobody could take is not sent.
    const useful = trust.signing.signers.length === 0 || trust.signing.key !== undefined;
    this.#uploads = write && useful ? new Uploads(this.#results, remote, local.blobs) : undefined;
  }

  /** With `content`, all that the result names is in the local cache afterwards, and so is the result; with `presence`, it is there. */
  async lookup(key: Sha256, size: number, use: ResultUse): Promise<ActionResult | undefined> {
    const result = await this.#try(() => this.#find(key, size, use), undefined);
    if (result) this.#count.hits++;
    else this.#count.misses++;
    return result;
  }

  /** Only what was fully shut in may be shared; whoever calls this has seen to it that nothing secret is in it. */
  offer(key: Sha256, size: number, result: ActionResult): void {
    if (result.isolation === 2) this.#uploads?.add({ key, size, result, absent: this.#absent.has(key) });
  }

  /** Waits for the uploads, at most so long. */
  async settle(boundMs: number): Promise<void> {
    await this.#uploads?.settle(boundMs);
  }

  numbers(): RemoteNumbers {
    const { hits, misses, bytes, faults } = this.#count;
    const sent = this.#uploads?.tally;
    return {
      hits,
      misses,
      downloaded_bytes: bytes,
      uploaded_results: sent?.results ?? 0,
      uploaded_bytes: sent?.bytes ?? 0,
      not_uploaded: sent?.failed ?? 0,
      faults,
    };
  }

  /** What the user should know, each thing once. */
  warnings(): readonly string[] {
    const told: string[] = [];
    const { not_uploaded: lost } = this.numbers();
    if (this.#trouble) told.push(`the remote cache ${this.#name} ${wordsFor(this.#trouble)}`);
    if (lost > 0)
      told.push(`${lost === 1 ? '1 result was' : `${lost} results were`} not uploaded to ${this.#name}`);
    const different = this.#uploads?.tally.different ?? 0;
    if (different > 0)
      told.push(
        `${this.#name} holds other results for ${different === 1 ? '1 action' : `${different} actions`} that ran here; they were left as they are (see recomp build --verify-determinism)`,
      );
    return told;
  }

  close(): void {
    this.#transport.close();
  }

  async #find(key: Sha256, size: number, use: ResultUse): Promise<ActionResult | undefined> {
    const result = await this.#results.get(key, size);
    if (!result) {
      this.#absent.add(key);
      return undefined;
    }
    if (use === 'knowledge') return result;
    if (use === 'presence') return (await this.#areThere(resultBlobs(result))) ? result : undefined;
    if (!(await this.#fetch(resultBlobs(result)))) return undefined;
    await this.#local.results.put(key, result);
    return result;
  }

  async #areThere(digests: readonly Digest[]): Promise<boolean> {
    const away = await this.#local.blobs.missing(digests);
    const gone = await Promise.all(away.map((digest) => this.#isMissing(digest, 0)));
    return !gone.includes(true);
  }

  async #try<T>(act: () => Promise<T>, otherwise: T): Promise<T> {
    try {
      return await act();
    } catch (error) {
      if (!isRemoteFault(error)) throw error;
      if (error.kind !== 'given-up') this.#trouble ??= error;
      return otherwise;
    }
  }
}

function wordsFor({ kind, message }: RemoteFault): string {
  switch (kind) {
    case 'unreachable':
      return `cannot be reached (${message}); the build went on without it`;
    case 'timeout':
      return `does not answer in time (${message}); the build went on without what it did not give`;
    case 'refused':
      return `refuses this client (${message}); the build went on without it`;
    case 'damaged':
      return `sent damaged data, which was not used (${message})`;
    default:
      return `had trouble (${message}); the build went on without what it did not give`;
  }
}
