import { Duplex, Transform, type TransformCallback } from 'node:stream';
import * as zlib from 'node:zlib';

/** Node has it from 22.15 on; older ones do without, and nobody is told that they could. */
export const hasZstd = (): boolean => find('createZstdDecompress') !== undefined;

/** `chunkSize`: how long the pieces are that come out. */
export const createCompressor = (chunkSize?: number): Duplex => make('createZstdCompress', chunkSize);

export const createDecompressor = (chunkSize?: number): Duplex => new Unpacker(chunkSize);

export function compress(bytes: Uint8Array): Uint8Array {
  const made: unknown = find('zstdCompressSync')?.(bytes);
  if (made instanceof Uint8Array) return made;
  throw new Error('this node has no zstd');
}

/*
 * What is compressed may be several frames, one after the other, and among them some to be skipped: bazel-remote begins with such a
 * one. Node stops after each, and says how far it came.
 */

/** A whole blob; undefined: it is not compressed so, or is larger than it may be. */
export function decompress(bytes: Uint8Array, maxBytes: number): Uint8Array | undefined {
  const parts: Uint8Array[] = [];
  let left = maxBytes;
  try {
    for (let at = 0; at < bytes.length; ) {
      // One more than allowed: a limit of 0 would be none.
      const options = { maxOutputLength: left + 1, info: true };
      const made: unknown = find('zstdDecompressSync')?.(bytes.subarray(at), options);
      if (!isFrame(made) || made.engine.bytesWritten <= 0 || made.buffer.length > left) return undefined;
      parts.push(made.buffer);
      left -= made.buffer.length;
      at += made.engine.bytesWritten;
    }
    return Buffer.concat(parts);
  } catch {
    return undefined;
  }
}

/** All frames of a stream as they were. Each gets a decompressor of its own: one that has come to an end cannot be used again. */
class Unpacker extends Transform {
  readonly #chunkSize: number | undefined;
  #frame: Duplex | undefined;

  constructor(chunkSize: number | undefined) {
    super({ readableHighWaterMark: chunkSize ?? 64 * 1024 });
    this.#chunkSize = chunkSize;
  }

  override _transform(piece: Uint8Array, _encoding: string, done: TransformCallback): void {
    this.#take(piece).then(() => done(), done);
  }

  override _flush(done: TransformCallback): void {
    this.#endFrame().then(() => done(), done);
  }

  /** Whoever reads slowly holds it all up: a few bytes may become very many. */
  override _read(size: number): void {
    this.#frame?.resume();
    super._read(size);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#frame?.destroy();
    super._destroy(error, done);
  }

  async #take(piece: Uint8Array): Promise<void> {
    for (let rest = piece; rest.length > 0 && !this.destroyed; ) {
      const frame = this.#frame ?? this.#beginFrame();
      const before = bytesUsed(frame);
      await settled(frame, (done) => frame.write(rest, () => done()));
      const used = bytesUsed(frame) - before;
      if (used <= 0) throw new Error('compressed data that leads nowhere');
      if (used < rest.length) await this.#endFrame();
      rest = rest.subarray(used);
    }
  }

  #beginFrame(): Duplex {
    const frame = make('createZstdDecompress', this.#chunkSize);
    frame.on('data', (data: Uint8Array) => {
      if (!this.push(data)) frame.pause();
    });
    frame.on('error', (error) => this.destroy(error));
    this.#frame = frame;
    return frame;
  }

  async #endFrame(): Promise<void> {
    const frame = this.#frame;
    this.#frame = undefined;
    if (frame === undefined || frame.readableEnded) return;
    // It goes on giving out what it has, at the pace of whoever reads.
    this.#frame = frame;
    await settled(frame, (done) => {
      frame.once('end', done);
      if (!frame.writableEnded) frame.end();
    });
    this.#frame = undefined;
  }
}

/** When it is done, or is over in another way. */
const settled = (stream: Duplex, act: (done: () => void) => void): Promise<void> =>
  new Promise((resolve) => {
    if (stream.destroyed) return resolve();
    stream.once('close', resolve);
    act(() => {
      stream.off('close', resolve);
      resolve();
    });
  });

function bytesUsed(unpacker: Duplex): number {
  const used: unknown = Reflect.get(unpacker, 'bytesWritten');
  return typeof used === 'number' ? used : 0;
}

const isFrame = (
  made: unknown,
): made is { readonly buffer: Uint8Array; readonly engine: { readonly bytesWritten: number } } =>
  typeof made === 'object' &&
  made !== null &&
  'buffer' in made &&
  made.buffer instanceof Uint8Array &&
  'engine' in made &&
  typeof made.engine === 'object' &&
  made.engine !== null &&
  'bytesWritten' in made.engine &&
  typeof made.engine.bytesWritten === 'number';

function find(name: string): ((...words: unknown[]) => unknown) | undefined {
  const found: unknown = Reflect.get(zlib, name);
  return typeof found === 'function' ? (...words) => Reflect.apply(found, zlib, words) : undefined;
}

function make(name: string, chunkSize: number | undefined): Duplex {
  const made: unknown = find(name)?.(chunkSize === undefined ? {} : { chunkSize });
  if (made instanceof Duplex) return made;
  throw new Error(`this node has no ${name}`);
}
