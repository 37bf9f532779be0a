import { createDecompressor } from '../protocol/zstd.ts';
import { drained } from './drained.ts';
import type { Arrival, IncomingBlob, Refusal } from './store/arrival.ts';

/** A blob that arrives compressed: what comes out goes on, and no more of it than fits. */
export class DecompressedBlob implements IncomingBlob {
  readonly #inner: IncomingBlob;
  readonly #stream = createDecompressor();
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
