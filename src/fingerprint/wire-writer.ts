import { Buffer } from 'node:buffer';

/**
 * The little of protobuf's wire format that keys and results need. Written by hand, because the canonical form is
 * ours to guarantee (fields in the order of the calls, defaults left out, one spelling per number) and because this
 * runs for every action of every build. No packages, no reflection, no groups, no negative numbers.
 */
export const VARINT = 0;
export const BYTES = 2;

/** Longest varint of a safe integer. */
const LONGEST_VARINT = 8;

const MINUS_ONE = Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 255, 1);

/** Collects one message. Call in ascending field order. May be used again after `reset`. */
export class WireWriter {
  #bytes: Buffer;
  #at = 0;

  constructor(capacity = 1024) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity);
  }

  reset(): this {
    this.#at = 0;
    return this;
  }

  /** What was written so far; overwritten by the next use of this writer. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  /** A copy of what was written. */
  copy(): Uint8Array {
    return new Uint8Array(this.view());
  }

  /** An unsigned number; 0 is the default and is left out. */
  number(field: number, value: number): void {
    if (value === 0) return;
    if (!Number.isSafeInteger(value) || value < 0) throw new Error(`not encodable: ${value}`);
    this.#room(2 * LONGEST_VARINT);
    this.#varint(field * 8 + VARINT);
    this.#varint(value);
  }

  /** The only negative number that is ever told: -1, in ten bytes. */
  minusOne(field: number): void {
    this.#room(LONGEST_VARINT + MINUS_ONE.length);
    this.#varint(field * 8 + VARINT);
    this.#bytes.set(MINUS_ONE, this.#at);
    this.#at += MINUS_ONE.length;
  }

  flag(field: number, value: boolean): void {
    if (value) this.number(field, 1);
  }

  /** A single string; the empty one is the default and is left out. */
  text(field: number, value: string): void {
    if (value !== '') this.element(field, value);
  }

  /** A string of a repeated field: an empty one counts. */
  element(field: number, value: string): void {
    const start = this.open(field);
    this.#room(value.length * 3);
    this.#at += this.#bytes.write(value, this.#at, 'utf8');
    this.close(start);
  }

  bytes(field: number, value: Uint8Array): void {
    const start = this.open(field);
    this.#room(value.length);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
    this.close(start);
  }

  /** Starts a nested message; hand the returned mark to `close`. */
  open(field: number): number {
    this.#room(2 * LONGEST_VARINT);
    this.#varint(field * 8 + BYTES);
    // One byte for the length is nearly always enough; `close` makes room where it is not.
    this.#at += 1;
    return this.#at;
  }

  close(start: number): void {
    const length = this.#at - start;
    if (length < 128) {
      this.#bytes[start - 1] = length;
      return;
    }
    const extra = varintSize(length) - 1;
    this.#room(extra);
    this.#bytes.copyWithin(start + extra, start, this.#at);
    this.#at = start - 1;
    this.#varint(length);
    this.#at += length;
  }

  #varint(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.#bytes[this.#at++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#at++] = rest;
  }

  #room(count: number): void {
    const needed = this.#at + count;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.view());
    this.#bytes = larger;
  }
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) size++;
  return size;
}
