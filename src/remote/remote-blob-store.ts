import { type FileHandle, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { digestBytes } from '../fingerprint/digest-bytes.ts';
import { type Digest, sameDigest } from '../model/digest.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import { StorageFailure } from '../ports/storage-failure.ts';
import { makeFolder } from '../store/make-folder.ts';
import { storageFailure } from '../store/system-error.ts';
import { gather } from './gather.ts';
import { type Chunks, SMALL_BLOB, type Transport } from './transport.ts';

/** Blobs of a remote, whose transport has every byte hashed on arrival. */
export class RemoteBlobStore implements BlobStore {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async missing(digests: readonly Digest[]): Promise<readonly Digest[]> {
    const real = digests.filter(({ size }) => size > 0);
    if (real.length === 0) return [];
    const missing = new Set((await this.#transport.missing(real)).map(nameOf));
    return digests.filter((digest) => missing.has(nameOf(digest)));
  }

  async get(digest: Digest): Promise<Uint8Array | undefined> {
    if (digest.size === 0) return new Uint8Array();
    return digest.size > SMALL_BLOB ? this.#transport.download(digest, gather) : this.#transport.read(digest);
  }

  async put(bytes: Uint8Array): Promise<Digest> {
    const digest = digestBytes(bytes);
    if (digest.size > 0) await this.#transport.write(digest, bytes);
    return digest;
  }

  async putFile(path: string, digest: Digest): Promise<void> {
    if (digest.size > SMALL_BLOB) return this.#transport.upload(digest, path);
    if (digest.size === 0) return;
    const bytes = await readFile(path);
    if (!sameDigest(digestBytes(bytes), digest))
      throw new StorageFailure('changed', path, `changed while it was stored: ${path}`);
    await this.#transport.write(digest, bytes);
  }

  async materialize(digest: Digest, path: string, executable: boolean): Promise<boolean> {
    const mode = executable ? 0o755 : 0o644;
    const file = await openNew(path, mode);
    let done = false;
    try {
      done = await this.#fill(file, path, digest);
      await file.chmod(mode);
    } finally {
      await file.close();
      if (!done) await rm(path, { force: true });
    }
    return done;
  }

  async #fill(file: FileHandle, path: string, digest: Digest): Promise<boolean> {
    if (digest.size > SMALL_BLOB) {
      const poured = await this.#transport.download(digest, async (chunks) => {
        await file.truncate(0);
        await pour(chunks, file, path);
        return true;
      });
      return poured ?? false;
    }
    const bytes = await this.get(digest);
    if (bytes !== undefined) await writeAll(file, bytes, 0, path);
    return bytes !== undefined;
  }
}

const nameOf = ({ hash, size }: Digest): string => `${hash}/${size}`;

async function openNew(path: string, mode: number): Promise<FileHandle> {
  try {
    return await open(path, 'wx', mode);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    makeFolder(dirname(path));
    return open(path, 'wx', mode);
  }
}

/** More than this many pieces are not held back while the disk is slow. */
const WRITES_AHEAD = 8;

/** More pieces arrive while earlier ones are written. */
async function pour(chunks: Chunks, file: FileHandle, path: string): Promise<void> {
  const writes: Promise<unknown>[] = [];
  let at = 0;
  try {
    for await (const chunk of chunks) {
      const write = writeAll(file, chunk, at, path);
      // Looked at below; until then it is nobody's.
      write.catch(() => {});
      writes.push(write);
      at += chunk.length;
      if (writes.length > WRITES_AHEAD) await writes.shift();
    }
    await Promise.all(writes);
  } finally {
    await Promise.allSettled(writes);
  }
}

async function writeAll(file: FileHandle, chunk: Uint8Array, at: number, path: string): Promise<void> {
  try {
    for (let done = 0; done < chunk.length; ) {
      const { bytesWritten } = await file.write(chunk, done, chunk.length - done, at + done);
      done += bytesWritten;
    }
  } catch (error) {
    // The disk's fault, not the remote's.
    throw storageFailure(error, path);
  }
}
