import { createHash, hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import type { Digest, Sha256 } from '../model/digest.ts';

const CHUNK = 1024 * 1024;

export function sha256(data: Uint8Array | string): Sha256 {
  return known(hash('sha256', data));
}

export const digestBytes = (bytes: Uint8Array): Digest => ({ hash: sha256(bytes), size: bytes.length });

/** Digest of a file's content, in bounded memory. Throws the file system's own error where it cannot be read. */
export function digestFile(path: string): Digest {
  const fd = openSync(path, 'r');
  try {
    return digestOpenFile(fd);
  } finally {
    closeSync(fd);
  }
}

/** The same for a descriptor at its start; it is read to its end, however long the file says it is. */
export function digestOpenFile(fd: number): Digest {
  if (fstatSync(fd).size <= CHUNK) return digestBytes(readFileSync(fd));
  const hasher = createHash('sha256');
  const chunk = Buffer.allocUnsafe(CHUNK);
  let size = 0;
  for (;;) {
    const count = readSync(fd, chunk, 0, CHUNK, null);
    if (count === 0) return { hash: known(hasher.digest('hex')), size };
    hasher.update(chunk.subarray(0, count));
    size += count;
  }
}

/** Hex from the hash function itself needs no more of a look. */
function known(hex: string): Sha256 {
  if (!isHash(hex)) throw new Error(`not a SHA-256: ${hex}`);
  return hex;
}

const isHash = (hex: string): hex is Sha256 => hex.length === 64;
