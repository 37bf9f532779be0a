import type { Digest } from '../../model/digest.ts';
import type { BlobStore } from '../../ports/blob-store.ts';
import type { BlobSource } from '../../ports/executor.ts';
import { coalesce } from '../coalesce.ts';
import { limited } from '../limited.ts';

const BLOBS_AT_ONCE = 64;
const ASKED_AT_ONCE = 10_000;

/** Brings to a remote what actions need, each blob once; what is there already is not sent. */
export class InputUploads {
  #bytes = 0;
  readonly #remote: BlobStore;
  readonly #slot = limited(BLOBS_AT_ONCE);
  /** What is there, as far as anybody told. */
  readonly #there = new Set<string>();
  readonly #flying = new Map<string, Promise<void>>();
  readonly #isMissing = coalesce({
    send: async (digests: readonly Digest[]) => {
      const missing = new Set((await this.#remote.missing(digests)).map(({ hash }) => hash));
      return ({ hash }: Digest) => missing.has(hash);
    },
    maxItems: ASKED_AT_ONCE,
    maxSize: () => Number.POSITIVE_INFINITY,
    concurrency: 2,
  });

  constructor(remote: BlobStore) {
    this.#remote = remote;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** All of these are there afterwards. */
  async ensure(blobs: ReadonlyMap<string, BlobSource>): Promise<void> {
    const unknown = [...blobs.values()].filter(({ digest }) => !this.#there.has(digest.hash));
    const outcomes = await Promise.allSettled(unknown.map((source) => this.#ensureOne(source)));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  /** Some of them are gone again: they are asked for anew. */
  forget(blobs: ReadonlyMap<string, BlobSource>): void {
    for (const hash of blobs.keys()) this.#there.delete(hash);
  }

  #ensureOne(source: BlobSource): Promise<void> {
    const { hash } = source.digest;
    const known = this.#flying.get(hash);
    if (known) return known;
    const sending = this.#send(source).finally(() => this.#flying.delete(hash));
    this.#flying.set(hash, sending);
    return sending;
  }

  async #send(source: BlobSource): Promise<void> {
    const { digest } = source;
    if (digest.size > 0 && (await this.#isMissing(digest, 0)))
      await this.#slot(async () => {
        if ('bytes' in source) await this.#remote.put(source.bytes);
        else await this.#remote.putFile(source.path, digest);
        this.#bytes += digest.size;
      });
    this.#there.add(digest.hash);
  }
}
