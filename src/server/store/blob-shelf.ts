import { closeSync, constants, openSync, writeFileSync } from 'node:fs';
import { digestBytes } from '../../fingerprint/digest-bytes.ts';
import { EMPTY_DIGEST } from '../../fingerprint/reapi/digest.ts';
import { type Digest, type Sha256, sameDigest } from '../../model/digest.ts';
import { isStorageFailure, type StorageFailure } from '../../ports/storage-failure.ts';
import { diskSize } from '../../store/layout.ts';
import { placeFile } from '../../store/place-file.ts';
import { readStoredFile } from '../../store/read-stored-file.ts';
import { isAbsent, storageFailure } from '../../store/system-error.ts';
import type { Arrival, IncomingBlob, Refusal } from './arrival.ts';
import { hashMatches } from './hash-open-file.ts';
import { IncomingBytes } from './incoming-bytes.ts';
import { IncomingFile } from './incoming-file.ts';
import type { Entry } from './lru-index.ts';
import { type OutgoingBlob, outgoingBytes, outgoingFile } from './outgoing-blob.ts';
import type { Room } from './room.ts';
import type { Shelf } from './shelf.ts';

export interface BlobShelfOptions {
  readonly directory: string;
  readonly shelf: Shelf;
  readonly room: Room;
  readonly maxBlobBytes: number;
  /** The machine refused something: to be told to whoever runs the server. */
  readonly onFault: (failure: StorageFailure) => void;
}

/** Up to here a blob is held in memory, and hashed at every read. */
const SMALL = 256 * 1024;
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Blobs by digest: each is hashed before it gets its name, and once in each process before it is given out. */
export class BlobShelf {
  readonly #options: BlobShelfOptions;
  readonly #checks = new Map<Sha256, Promise<boolean>>();

  constructor(options: BlobShelfOptions) {
    this.#options = options;
  }

  get maxBlobBytes(): number {
    return this.#options.maxBlobBytes;
  }

  /** Counts as a use. */
  has({ hash, size }: Digest): boolean {
    if (hash === EMPTY_DIGEST.hash) return size === 0;
    return this.#options.shelf.peek(hash)?.bytes === size && this.#options.shelf.use(hash) !== undefined;
  }

  /** What it is called and how large it is, by its hash alone. */
  find(hash: Sha256): Digest | undefined {
    if (hash === EMPTY_DIGEST.hash) return EMPTY_DIGEST;
    const entry = this.#options.shelf.peek(hash);
    return entry && { hash, size: entry.bytes };
  }

  /** Whole; for what is small, or has been bounded by the caller. */
  read(digest: Digest): Buffer | undefined {
    if (!this.has(digest)) return undefined;
    if (digest.size === 0) return Buffer.alloc(0);
    const stored = this.#guard(() =>
      readStoredFile(this.#options.shelf.path(digest.hash), (size) => size === digest.size),
    );
    const sound = typeof stored === 'object' && sameDigest(digestBytes(stored.bytes), digest);
    if (sound) return stored.bytes;
    this.#options.shelf.drop(digest.hash);
    return undefined;
  }

  async open(digest: Digest): Promise<OutgoingBlob | undefined> {
    if (digest.size <= SMALL) {
      const bytes = this.read(digest);
      return bytes && outgoingBytes(bytes);
    }
    if (!this.has(digest)) return undefined;
    const fd = this.#openFile(digest.hash);
    if (fd === undefined) return undefined;
    if (await this.#isSound(digest, fd)) return outgoingFile(fd, digest.size);
    closeSync(fd);
    return undefined;
  }

  put(digest: Digest, bytes: Uint8Array): Arrival {
    const refusal = this.#refuses(digest) ?? (bytes.length === digest.size ? undefined : 'wrong-size');
    if (refusal !== undefined) return refusal;
    if (digestBytes(bytes).hash !== digest.hash) return 'wrong-hash';
    return this.has(digest) ? 'present' : this.#place(digest, bytes);
  }

  /** One that is there already need not be sent: ask `has` first. */
  receive(digest: Digest): IncomingBlob {
    const { directory, shelf, room } = this.#options;
    const refusal = this.#refuses(digest);
    if (refusal !== undefined || digest.size <= SMALL)
      return new IncomingBytes(digest, refusal, (bytes) => this.put(digest, bytes));
    const place = { directory, shelf, room, onError: (error: unknown) => this.#note(error, digest.size) };
    return new IncomingFile(place, digest);
  }

  #refuses({ size }: Digest): Refusal | undefined {
    return size > this.#options.maxBlobBytes ? 'too-large' : undefined;
  }

  #place(digest: Digest, bytes: Uint8Array): Arrival {
    const { directory, shelf, room } = this.#options;
    const disk = diskSize(digest.size);
    if (!room.claim(disk)) return 'full';
    try {
      placeFile(directory, shelf.path(digest.hash), (temp) =>
        writeFileSync(temp, bytes, { flag: 'wx', mode: 0o444 }),
      );
    } catch (error) {
      return this.#note(error, disk);
    } finally {
      room.release(disk);
    }
    shelf.add(digest.hash, digest.size);
    return 'stored';
  }

  /** What the machine said, as a refusal. A disk that is full early moves the bound. */
  #note(error: unknown, bytes: number): Refusal {
    const failure = storageFailure(error, this.#options.directory);
    if (!isStorageFailure(failure)) throw error;
    this.#options.onFault(failure);
    if (failure.problem !== 'full') return 'broken';
    this.#options.room.yieldBytes(bytes);
    return 'full';
  }

  #guard<T>(act: () => T): T | undefined {
    try {
      return act();
    } catch (error) {
      if (!isStorageFailure(error)) throw error;
      this.#options.onFault(error);
      return undefined;
    }
  }

  #openFile(hash: Sha256): number | undefined {
    const path = this.#options.shelf.path(hash);
    try {
      return openSync(path, FLAGS);
    } catch (error) {
      if (!isAbsent(error)) this.#note(error, 0);
      else this.#options.shelf.drop(hash);
      return undefined;
    }
  }

  /** What a power cut tore while the server was away is found here, before anybody gets it. */
  async #isSound(digest: Digest, fd: number): Promise<boolean> {
    const entry: Entry | undefined = this.#options.shelf.peek(digest.hash);
    if (entry === undefined || entry.checked) return entry !== undefined;
    const check = this.#checks.get(digest.hash) ?? hashMatches(fd, digest);
    this.#checks.set(digest.hash, check);
    try {
      entry.checked = await check;
    } finally {
      this.#checks.delete(digest.hash);
    }
    if (!entry.checked) this.#options.shelf.drop(digest.hash);
    return entry.checked;
  }
}
