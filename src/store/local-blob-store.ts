import {
  chmodSync,
  constants,
  copyFileSync,
  lstatSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { digestBytes, digestFile } from '../fingerprint/digest-bytes.ts';
import { type Digest, sameDigest } from '../model/digest.ts';
import { nativePart } from '../native/load-native.ts';
import type { BlobPlace, BlobStore, FileSignature } from '../ports/blob-store.ts';
import { StorageFailure } from '../ports/storage-failure.ts';
import { dropDamaged, type OnDamage } from './damage.ts';
import { NOTE_CLAIM_AFTER_MS, NOTE_HIT_AFTER_MS, noteUse } from './last-use.ts';
import { blobPath, diskSize, tempPath } from './layout.ts';
import { placeFile } from './place-file.ts';
import { type Placed, placeMany } from './place-many.ts';
import { readStoredFile } from './read-stored-file.ts';
import { storageFailure } from './system-error.ts';
import { copyNewFile, writeNewFile } from './write-new-file.ts';

export interface LocalBlobStoreOptions {
  readonly directory: string;
  readonly onDamage?: OnDamage;
  readonly now?: () => number;
}

/** Larger files are copied by the kernel, as reflinks where the file system can, and hashed afterwards. */
const SMALL = 256 * 1024;

/**
 * Blobs as read-only files named by their hash. Synchronous inside: on a local disk that is several times cheaper than
 * the thread pool.
 */
export class LocalBlobStore implements BlobStore {
  readonly #directory: string;
  readonly #onDamage: OnDamage | undefined;
  readonly #now: () => number;
  #addedBytes = 0;

  constructor(options: LocalBlobStoreOptions) {
    this.#directory = options.directory;
    this.#onDamage = options.onDamage;
    this.#now = options.now ?? Date.now;
  }

  /** Room on disk that this process has taken: for `keepWithinBounds`. */
  get addedBytes(): number {
    return this.#addedBytes;
  }

  async missing(digests: readonly Digest[]): Promise<readonly Digest[]> {
    return digests.filter((digest) => !this.#present(digest, NOTE_HIT_AFTER_MS));
  }

  async get(digest: Digest): Promise<Uint8Array | undefined> {
    return this.#read(digest);
  }

  async put(bytes: Uint8Array): Promise<Digest> {
    const digest = digestBytes(bytes);
    if (!this.#sound(digest)) this.#place(digest, (temp) => writeBlob(temp, bytes));
    return digest;
  }

  async putFile(path: string, digest: Digest): Promise<void> {
    if (this.#sound(digest)) return;
    if (digest.size <= SMALL) {
      const bytes = attempt(path, () => readFileSync(path));
      if (!sameDigest(digestBytes(bytes), digest)) throw changed(path);
      this.#place(digest, (temp) => writeBlob(temp, bytes));
      return;
    }
    this.#place(digest, (temp) => {
      copyFileSync(path, temp, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
      if (lstatSync(temp).size !== digest.size) throw changed(path);
      chmodSync(temp, 0o444);
    });
  }

  async materialize(digest: Digest, path: string, executable: boolean): Promise<boolean> {
    const mode = executable ? 0o755 : 0o644;
    if (digest.size > SMALL) return this.#copyOut(digest, path, mode);
    const bytes = this.#read(digest);
    if (bytes === undefined) return false;
    writeNewFile(path, mode, bytes);
    return true;
  }

  placeMany(files: readonly BlobPlace[], mtimeMs: number): readonly (FileSignature | undefined)[] {
    const native = nativePart();
    const fits = native ? files.filter(({ digest: { size } }) => size > 0 && size <= SMALL) : [];
    if (!native || fits.length === 0) return files.map(() => undefined);
    const placed = new Map<BlobPlace, Placed | undefined>();
    placeMany(native, fits, (hash) => blobPath(this.#directory, hash), mtimeMs).forEach((done, i) => {
      const file = fits[i];
      if (!file || !done) return;
      placed.set(file, done);
      const path = blobPath(this.#directory, file.digest.hash);
      noteUse(path, done.blobMtimeMs, this.#now(), NOTE_HIT_AFTER_MS);
    });
    return files.map((file) => placed.get(file));
  }

  /** For a file that is to be adopted: on the same file system, and nobody else's. */
  newFile(): string {
    return tempPath(this.#directory);
  }

  /** Takes a finished file from `newFile` as the blob; the caller has hashed it. */
  adopt(path: string, digest: Digest): void {
    this.#place(digest, (temp) => {
      chmodSync(path, 0o444);
      renameSync(path, temp);
    });
  }

  /** Where it lies if it is there: to be read, and hashed by whoever reads it. */
  pathOf({ hash }: Digest): string {
    return blobPath(this.#directory, hash);
  }

  /** Whether it need not be stored again. Small ones are read: storing is the moment to heal what is damaged. */
  #sound(digest: Digest): boolean {
    if (!this.#present(digest, NOTE_CLAIM_AFTER_MS)) return false;
    return digest.size > SMALL || this.#read(digest) !== undefined;
  }

  #present(digest: Digest, noteAfterMs: number): boolean {
    if (digest.size === 0) return true;
    const path = blobPath(this.#directory, digest.hash);
    const stats = attempt(path, () => lstatSync(path, { throwIfNoEntry: false }));
    if (stats === undefined) return false;
    if (!stats.isFile() || stats.size !== digest.size) {
      this.#drop(digest, stats.isFile() ? 'wrong size' : 'not a file');
      return false;
    }
    noteUse(path, stats.mtimeMs, this.#now(), noteAfterMs);
    return true;
  }

  #read(digest: Digest): Uint8Array | undefined {
    if (digest.size === 0) return new Uint8Array();
    const path = blobPath(this.#directory, digest.hash);
    const stored = readStoredFile(path, (size) => size === digest.size);
    if (stored === undefined) return undefined;
    if (typeof stored === 'string') return this.#drop(digest, stored);
    if (!sameDigest(digestBytes(stored.bytes), digest)) return this.#drop(digest, 'wrong content');
    noteUse(path, stored.mtimeMs, this.#now(), NOTE_HIT_AFTER_MS);
    return stored.bytes;
  }

  #copyOut(digest: Digest, path: string, mode: number): boolean {
    if (!this.#present(digest, NOTE_HIT_AFTER_MS)) return false;
    const from = blobPath(this.#directory, digest.hash);
    const outcome = copyNewFile(from, path, mode, () => sameDigest(digestFile(path), digest));
    if (outcome === 'refused') this.#drop(digest, 'wrong content');
    return outcome === 'done';
  }

  #place(digest: Digest, write: (temp: string) => void): void {
    placeFile(this.#directory, blobPath(this.#directory, digest.hash), write);
    this.#addedBytes += diskSize(digest.size);
  }

  #drop({ hash }: Digest, problem: string): undefined {
    dropDamaged({ what: 'blob', hash, path: blobPath(this.#directory, hash), problem }, this.#onDamage);
  }
}

const writeBlob = (temp: string, bytes: Uint8Array): void =>
  writeFileSync(temp, bytes, { flag: 'wx', mode: 0o444 });

const changed = (path: string): StorageFailure =>
  new StorageFailure('changed', path, `changed while it was stored: ${path}`);

function attempt<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw storageFailure(error, path);
  }
}
