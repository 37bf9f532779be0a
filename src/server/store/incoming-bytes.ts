import type { Digest } from '../../model/digest.ts';
import type { Arrival, IncomingBlob, Refusal } from './arrival.ts';

/** A small blob, or one that is refused from the start: nothing touches the disk before all of it is there. */
export class IncomingBytes implements IncomingBlob {
  readonly #digest: Digest;
  readonly #put: (bytes: Uint8Array) => Arrival;
  #pieces: Uint8Array[] = [];
  #received = 0;
  refusal: Refusal | undefined;

  constructor(digest: Digest, refusal: Refusal | undefined, put: (bytes: Uint8Array) => Arrival) {
    this.#digest = digest;
    this.#put = put;
    this.refusal = refusal;
  }

  write(piece: Uint8Array): undefined {
    this.#received += piece.length;
    if (this.#received > this.#digest.size) this.refusal ??= 'wrong-size';
    if (this.refusal === undefined) this.#pieces.push(piece);
    else this.#pieces = [];
  }

  async finish(): Promise<Arrival> {
    return this.refusal ?? this.#put(Buffer.concat(this.#pieces));
  }

  abort(): void {
    this.#pieces = [];
  }
}
