import { readFileSync } from 'node:fs';
import { digestBytes } from '../fingerprint/digest-bytes.ts';
import { type Digest, type Sha256, sameDigest } from '../model/digest.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import { StorageFailure } from '../ports/storage-failure.ts';
import { writeNewFile } from './write-new-file.ts';

/** For tests, and for builds that must leave nothing behind. */
export class InMemoryBlobStore implements BlobStore {
  readonly #blobs = new Map<Sha256, Uint8Array>();

  async missing(digests: readonly Digest[]): Promise<readonly Digest[]> {
    return digests.filter((digest) => this.#find(digest) === undefined);
  }

  async get(digest: Digest): Promise<Uint8Array | undefined> {
    const bytes = this.#find(digest);
    return bytes && new Uint8Array(bytes);
  }

  async put(bytes: Uint8Array): Promise<Digest> {
    const digest = digestBytes(bytes);
    this.#blobs.set(digest.hash, new Uint8Array(bytes));
    return digest;
  }

  async putFile(path: string, digest: Digest): Promise<void> {
    const bytes = readFileSync(path);
    if (!sameDigest(digestBytes(bytes), digest)) {
      throw new StorageFailure('changed', path, `changed while it was stored: ${path}`);
    }
    this.#blobs.set(digest.hash, bytes);
  }

  async materialize(digest: Digest, path: string, executable: boolean): Promise<boolean> {
    const bytes = this.#find(digest);
    if (bytes !== undefined) writeNewFile(path, executable ? 0o755 : 0o644, bytes);
    return bytes !== undefined;
  }

  #find(digest: Digest): Uint8Array | undefined {
    if (digest.size === 0) return new Uint8Array();
    const bytes = this.#blobs.get(digest.hash);
    return bytes?.length === digest.size ? bytes : undefined;
  }
}
