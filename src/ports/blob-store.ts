import type { Digest } from '../model/digest.ts';

/**
 * Content-addressed bytes. Whatever comes out has been checked against its digest: a blob that is damaged is
 * treated as absent (and dropped, and said through `onDamage` at construction). The empty blob always exists.
 */
export interface BlobStore {
  /** Which of these are not there. */
  missing(digests: readonly Digest[]): Promise<readonly Digest[]>;
  get(digest: Digest): Promise<Uint8Array | undefined>;
  put(bytes: Uint8Array): Promise<Digest>;
  /** Stores a file's content; `digest` is what the caller has just computed, and is trusted to be of these bytes. */
  putFile(path: string, digest: Digest): Promise<void>;
  /**
   * Writes the blob to `path`, which must not exist, with mode 0755 or 0644. False: not there (or damaged). The file is a
   * copy or a reflink: changing it later cannot damage the store.
   */
  materialize(digest: Digest, path: string, executable: boolean): Promise<boolean>;
  /**
   * Puts many blobs at places where nothing is, quicker than one after the other; each appears whole or not at all. One that is
   * not done, for whatever reason, is undefined, and all is as it was. Absent: it cannot.
   */
  placeMany?(files: readonly BlobPlace[], mtimeMs: number): readonly (FileSignature | undefined)[];
}

export interface BlobPlace {
  readonly digest: Digest;
  readonly executable: boolean;
  readonly path: string;
  /** Where it is written first: on the same file system, nobody else's. */
  readonly temporary: string;
}

/** What `lstat` says of a file. */
export interface FileSignature {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
  readonly mode: number;
}
