import { open } from 'node:fs/promises';
import { finished } from 'node:stream';
import { CHUNK_BYTES } from '../protocol/byte-stream.ts';
import { compress, createCompressor, createDecompressor } from '../protocol/zstd.ts';
import { RemoteFault } from './fault.ts';
import type { Chunks } from './transport.ts';

/** What saves less is not worth the time at both ends. */
const WORTH = 0.9;
const SAMPLE_BYTES = 64 * 1024;
const SMALLEST = 128;

/** Bytes compressed; undefined: it would not help. */
export function packedBytes(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length < SMALLEST) return undefined;
  const packed = compress(bytes);
  return packed.length < bytes.length * WORTH ? packed : undefined;
}

/** Whether a file's beginning says that compressing it helps. */
export async function isWorthPacking(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(SAMPLE_BYTES), 0, SAMPLE_BYTES, 0);
    return packedBytes(buffer.subarray(0, bytesRead)) !== undefined;
  } finally {
    await file.close();
  }
}

/** The first `size` bytes of a file, compressed. */
export async function* packedFile(path: string, size: number): Chunks {
  const file = await open(path, 'r');
  const packer = createCompressor(CHUNK_BYTES);
  const pour = async (): Promise<void> => {
    for (let at = 0; at < size && !packer.destroyed; ) {
      const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size - at));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0) throw new RemoteFault('unwanted', 'a file became shorter');
      await put(packer, buffer.subarray(0, bytesRead));
      at += bytesRead;
    }
    if (!packer.destroyed) packer.end();
  };
  const fed = pour().catch((error: Error) => void packer.destroy(error));
  try {
    for await (const piece of packer) if (piece instanceof Uint8Array) yield piece;
  } finally {
    packer.destroy();
    await fed;
    await file.close();
  }
}

/** What comes compressed, as it was. Whoever takes it bounds it. */
export async function* unpacked(chunks: Chunks): Chunks {
  const unpacker = createDecompressor(CHUNK_BYTES);
  let trouble: unknown;
  const pour = async (): Promise<void> => {
    for await (const chunk of chunks) {
      if (unpacker.destroyed) return;
      await put(unpacker, chunk);
    }
    unpacker.end();
  };
  // Nobody waits for it: whoever stops taking ends the call, and with it this.
  void pour().catch((error: unknown) => {
    trouble = error;
    unpacker.destroy(new Error('nothing more comes'));
  });
  try {
    for await (const piece of unpacker) if (piece instanceof Uint8Array) yield piece;
  } catch (error) {
    if (trouble !== undefined) throw trouble;
    throw new RemoteFault('damaged', 'compressed data that cannot be read', error);
  } finally {
    unpacker.destroy();
  }
}

type Packer = ReturnType<typeof createCompressor>;

/** Until it takes more, or nothing any more. */
function put(packer: Packer, chunk: Uint8Array): Promise<void> {
  if (packer.destroyed || packer.write(chunk)) return Promise.resolve();
  return new Promise((resolve) => {
    const forget = finished(packer, { readable: false }, done);
    function done(): void {
      forget();
      packer.off('drain', done);
      resolve();
    }
    packer.once('drain', done);
  });
}
