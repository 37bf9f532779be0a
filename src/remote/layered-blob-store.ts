import type { Digest } from '../model/digest.ts';
import type { BlobPlace, BlobStore, FileSignature } from '../ports/blob-store.ts';

/** Fetches into the local store. False: not all of it can be had. */
export type FetchBlobs = (digests: readonly Digest[]) => Promise<boolean>;

/** The local store first; what it lacks is fetched into it. Nothing is written anywhere else. */
export class LayeredBlobStore implements BlobStore {
  readonly #local: BlobStore;
  readonly #fetch: FetchBlobs;

  constructor(local: BlobStore, fetch: FetchBlobs) {
    this.#local = local;
    this.#fetch = fetch;
  }

  missing(digests: readonly Digest[]): Promise<readonly Digest[]> {
    return this.#local.missing(digests);
  }

  async get(digest: Digest): Promise<Uint8Array | undefined> {
    const known = await this.#local.get(digest);
    return known ?? ((await this.#fetch([digest])) ? this.#local.get(digest) : undefined);
  }

  put(bytes: Uint8Array): Promise<Digest> {
    return this.#local.put(bytes);
  }

  putFile(path: string, digest: Digest): Promise<void> {
    return this.#local.putFile(path, digest);
  }

  async materialize(digest: Digest, path: string, executable: boolean): Promise<boolean> {
    if (await this.#local.materialize(digest, path, executable)) return true;
    return (await this.#fetch([digest])) && this.#local.materialize(digest, path, executable);
  }

  /** What the local store lacks is fetched when it is asked for by itself. */
  placeMany(files: readonly BlobPlace[], mtimeMs: number): readonly (FileSignature | undefined)[] {
    return this.#local.placeMany?.(files, mtimeMs) ?? files.map(() => undefined);
  }
}
