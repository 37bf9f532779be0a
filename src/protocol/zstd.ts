import { Duplex } from 'node:stream';
import * as zlib from 'node:zlib';

/** Node has it from 22.15 on; older ones do without, and nobody is told that they could. */
export const hasZstd = (): boolean => find('createZstdDecompress') !== undefined;

/** `chunkSize`: how long the pieces are that come out. */
export const createCompressor = (chunkSize?: number): Duplex => make('createZstdCompress', chunkSize);

export const createDecompressor = (chunkSize?: number): Duplex => make('createZstdDecompress', chunkSize);

export function compress(bytes: Uint8Array): Uint8Array {
  const made: unknown = find('zstdCompressSync')?.(bytes);
  if (made instanceof Uint8Array) return made;
  throw new Error('this node has no zstd');
}

/** A whole blob; undefined: it is not compressed so, or is larger than it may be. */
export function decompress(bytes: Uint8Array, maxBytes: number): Uint8Array | undefined {
  try {
    // One more than allowed: a limit of 0 would be none.
    const made: unknown = find('zstdDecompressSync')?.(bytes, { maxOutputLength: maxBytes + 1 });
    return made instanceof Uint8Array && made.length <= maxBytes ? made : undefined;
  } catch {
    return undefined;
  }
}

function find(name: string): ((...words: unknown[]) => unknown) | undefined {
  const found: unknown = Reflect.get(zlib, name);
  return typeof found === 'function' ? (...words) => Reflect.apply(found, zlib, words) : undefined;
}

function make(name: string, chunkSize: number | undefined): Duplex {
  const made: unknown = find(name)?.(chunkSize === undefined ? {} : { chunkSize });
  if (made instanceof Duplex) return made;
  throw new Error(`this node has no ${name}`);
}
