import type { Sha256 } from '../model/digest.ts';
import type { NativePart } from '../native/load-native.ts';
import type { BlobPlace, FileSignature } from '../ports/blob-store.ts';

export interface Placed extends FileSignature {
  /** When the blob was last noted as used. */
  readonly blobMtimeMs: number;
}

/** What `restoreFiles` gives back of each file. */
const WORDS = 7;

/** Of those that are not done, somebody has to find out why. */
export function placeMany(
  native: NativePart,
  files: readonly BlobPlace[],
  blobPath: (hash: Sha256) => string,
  mtimeMs: number,
): (Placed | undefined)[] {
  const texts = files.map((f) => `${blobPath(f.digest.hash)}\0${f.temporary}\0${f.path}\0`).join('');
  const words = new Float64Array(files.length * WORDS);
  native.restoreFiles(
    Buffer.from(texts, 'utf8'),
    Buffer.from(files.map((f) => f.digest.hash).join(''), 'hex'),
    Float64Array.from(files, (f) => f.digest.size),
    Uint8Array.from(files, (f) => (f.executable ? 1 : 0)),
    mtimeMs,
    words,
  );
  return files.map((_, i) => placedOf(words.subarray(i * WORDS, (i + 1) * WORDS)));
}

function placedOf(words: Float64Array): Placed | undefined {
  const [done, size = 0, mtimeMs = 0, ctimeMs = 0, ino = 0, mode = 0, blobMtimeMs = 0] = words;
  return done === 1 ? { size, mtimeMs, ctimeMs, ino, mode, blobMtimeMs } : undefined;
}
