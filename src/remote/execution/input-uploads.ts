import { existsSync } from 'node:fs';
import type { Digest } from '../../model/digest.ts';
import type { BlobStore } from '../../ports/blob-store.ts';
import type { BlobSource } from '../../ports/executor.ts';
import { StorageFailure } from '../../ports/storage-failure.ts';
import { limited } from '../limited.ts';
import { missingAsker } from '../missing-asker.ts';

const BLOBS_AT_ONCE = 64;

/** Brings to a remote what actions need, each blob once; what is there already is not sent. */
export class InputUploads {
  #bytes = 0;
  readonly #remote: BlobStore;
  readonly #slot = limited(BLOBS_AT_ONCE);
  /** What is there, as far as anybody told. */
  readonly #there = new Set<string>();
  readonly #flying = new Map<string, Promise<void>>();
  readonly #isMissing: (digest: Digest, size: number) => Promise<boolean>;

  constructor(remote: BlobStore) {
    this.#remote = remote;
    this.#isMissing = missingAsker(remote);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** All of these are there afterwards. */
  async ensure(
    blobs: ReadonlyMap<string, BlobSource>,
    bring?: () => Promise<string | undefined>,
  ): Promise<void> {
    const unknown = [...blobs.values()].filter(({ digest }) => !this.#there.has(digest.hash));
    const outcomes = await Promise.allSettled(unknown.map((source) => this.#ensureOne(source, bring)));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  /** Some of them are gone again: they are asked for anew. */
  forget(blobs: ReadonlyMap<string, BlobSource>): void {
    for (const hash of blobs.keys()) this.#there.delete(hash);
  }

  #ensureOne(source: BlobSource, bring: (() => Promise<string | undefined>) | undefined): Promise<void> {
    const { hash } = source.digest;
    const known = this.#flying.get(hash);
    if (known) return known;
    const sending = this.#send(source, bring).finally(() => this.#flying.delete(hash));
    this.#flying.set(hash, sending);
    return sending;
  }

  async #send(source: BlobSource, bring: (() => Promise<string | undefined>) | undefined): Promise<void> {
    const { digest } = source;
    if (digest.size > 0 && (await this.#isMissing(digest, 0)))
      await this.#slot(async () => {
        if ('bytes' in source) await this.#remote.put(source.bytes);
        else {
          const lost = existsSync(source.path) ? undefined : await bring?.();
          if (lost !== undefined) throw new StorageFailure('changed', lost, `is gone: ${lost}`);
          await this.#remote.putFile(source.path, digest);
        }
        this.#bytes += digest.size;
      });
    this.#there.add(digest.hash);
  }
}
