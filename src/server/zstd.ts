import { Duplex } from 'node:stream';
import * as zlib from 'node:zlib';
import { drained } from './drained.ts';
import type { Arrival, IncomingBlob, Refusal } from './store/arrival.ts';

/** Node has it from 22.15 on; older ones do without, and say so in the capabilities. */
export const hasZstd = (): boolean => find('createZstdDecompress') !== undefined;

export const createCompressor = (): Duplex => make('createZstdCompress');

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

function make(name: string): Duplex {
  const made: unknown = find(name)?.();
  if (made instanceof Duplex) return made;
  throw new Error(`this node has no ${name}`);
}

/** A blob that arrives compressed: what comes out goes on, and no more of it than fits. */
export class DecompressedBlob implements IncomingBlob {
  readonly #inner: IncomingBlob;
  readonly #stream = make('createZstdDecompress');
  readonly #ended: Promise<void>;
  #refusal: Refusal | undefined;

  constructor(inner: IncomingBlob) {
    this.#inner = inner;
    this.#ended = this.#pour();
  }

  get refusal(): Refusal | undefined {
    return this.#refusal ?? this.#inner.refusal;
  }

  write(piece: Uint8Array): Promise<void> | undefined {
    if (this.refusal !== undefined) return undefined;
    return this.#stream.write(piece) ? undefined : drained(this.#stream);
  }

  async finish(): Promise<Arrival> {
    this.#stream.end();
    await this.#ended;
    if (this.#refusal === undefined) return this.#inner.finish();
    this.#inner.abort();
    return this.#refusal;
  }

  abort(): void {
    this.#stream.destroy();
    this.#inner.abort();
  }

  async #pour(): Promise<void> {
    try {
      for await (const piece of this.#stream) {
        if (piece instanceof Uint8Array) await this.#inner.write(piece);
        if (this.#inner.refusal !== undefined) return;
      }
    } catch {
      // Whoever cut it off knows; else these are not the bytes that were promised.
      this.#refusal = 'wrong-hash';
    }
  }
}
