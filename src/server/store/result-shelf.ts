import { writeFileSync } from 'node:fs';
import { sha256 } from '../../fingerprint/digest-bytes.ts';
import type { Digest, Sha256 } from '../../model/digest.ts';
import { isStorageFailure, type StorageFailure } from '../../ports/storage-failure.ts';
import { diskSize } from '../../store/layout.ts';
import { placeFile, removeQuietly } from '../../store/place-file.ts';
import { readStoredFile } from '../../store/read-stored-file.ts';
import { frameMessage, isResultSize, unframeMessage } from '../../store/result-frame.ts';
import type { BlobShelf } from './blob-shelf.ts';
import { resultNeeds } from './result-needs.ts';
import type { Room } from './room.ts';
import type { Shelf } from './shelf.ts';

/** Where a result is kept: the same key means another thing in another instance. */
export interface ResultName {
  readonly instance: string;
  readonly key: Sha256;
}

export type ResultArrival =
  /** Written now, or already there. */
  | { readonly kind: 'stored' | 'present' }
  /** There is another one, which stays: nobody replaces what others may have used. */
  | { readonly kind: 'kept'; readonly message: Uint8Array }
  | { readonly kind: 'incomplete'; readonly missing: readonly Digest[] }
  | { readonly kind: 'damaged' | 'too-large' | 'full' | 'broken' };

export interface ResultShelfOptions {
  readonly directory: string;
  readonly shelf: Shelf;
  readonly room: Room;
  readonly blobs: BlobShelf;
  readonly replace: boolean;
  readonly onFault: (failure: StorageFailure) => void;
}

/** More than ten thousand outputs; it must fit into one message of gRPC’s usual size. */
export const MAX_RESULT_BYTES = 4 * 1024 * 1024 - 4096;

/** Action results, any tool's, as the messages that came. None is given out, or taken, whose blobs are not all there. */
export class ResultShelf {
  readonly #options: ResultShelfOptions;

  constructor(options: ResultShelfOptions) {
    this.#options = options;
  }

  /** Counts as a use of the result and of all it needs. */
  get(name: ResultName): Uint8Array | undefined {
    const { shelf, blobs } = this.#options;
    const entry = entryName(name);
    if (shelf.use(entry) === undefined) return undefined;
    const message = this.#read(entry);
    const needs = message && resultNeeds(message, blobs);
    if (needs?.missing.length === 0) return message;
    shelf.drop(entry);
    return undefined;
  }

  put(name: ResultName, message: Uint8Array): ResultArrival {
    if (message.length > MAX_RESULT_BYTES) return { kind: 'too-large' };
    const needs = resultNeeds(message, this.#options.blobs);
    if (needs === undefined) return { kind: 'damaged' };
    if (needs.missing.length > 0) return { kind: 'incomplete', missing: needs.missing };
    const known = this.get(name);
    if (known !== undefined && Buffer.compare(known, message) === 0) return { kind: 'present' };
    if (known !== undefined && !this.#options.replace) return { kind: 'kept', message: known };
    return this.#place(entryName(name), message, needs.present);
  }

  #read(entry: Sha256): Buffer | undefined {
    try {
      const stored = readStoredFile(this.#options.shelf.path(entry), isResultSize);
      return typeof stored === 'object' ? unframeMessage(entry, stored.bytes) : undefined;
    } catch (error) {
      if (!isStorageFailure(error)) throw error;
      this.#options.onFault(error);
      return undefined;
    }
  }

  #place(entry: Sha256, message: Uint8Array, needs: readonly Digest[]): ResultArrival {
    const { directory, shelf, room, blobs } = this.#options;
    const frame = frameMessage(entry, message);
    const disk = diskSize(frame.length);
    if (!room.claim(disk)) return { kind: 'full' };
    try {
      // Making room may have taken what it needs.
      const missing = needs.filter((digest) => !blobs.has(digest));
      if (missing.length > 0) return { kind: 'incomplete', missing };
      const path = shelf.path(entry);
      placeFile(directory, path, (temp) => {
        writeFileSync(temp, frame, { flag: 'wx', mode: 0o444 });
        // Replacing a file makes some file systems flush it.
        if (shelf.peek(entry) !== undefined) removeQuietly(path);
      });
    } catch (error) {
      return this.#refuse(error, disk);
    } finally {
      room.release(disk);
    }
    shelf.add(entry, frame.length);
    // Younger than the result: it goes before they do.
    for (const digest of needs) blobs.has(digest);
    return { kind: 'stored' };
  }

  #refuse(error: unknown, bytes: number): ResultArrival {
    if (!isStorageFailure(error)) throw error;
    this.#options.onFault(error);
    if (error.problem !== 'full') return { kind: 'broken' };
    this.#options.room.yieldBytes(bytes);
    return { kind: 'full' };
  }
}

const entryName = ({ instance, key }: ResultName): Sha256 =>
  instance === '' ? key : sha256(`${instance}\0${key}`);
