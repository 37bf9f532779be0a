import { Buffer, isUtf8 } from 'node:buffer';
import { BYTES, VARINT } from './wire-writer.ts';

/** Kinds of field that ours never are, to be skipped. */
const FIXED64 = 1;
const FIXED32 = 5;

/**
 * Reads one message that may be hostile. Nothing throws: once anything is wrong, `sound` is false for this reader and
 * every reader of the same message, and values read are empty. Ask `sound` before using what was read.
 */
export class WireReader {
  /** The current field's number, after `next`. */
  field = 0;
  readonly #bytes: Buffer;
  readonly #health: { sound: boolean };
  #at: number;
  readonly #end: number;
  #type = VARINT;
  #value = 0;
  #start = 0;

  constructor(bytes: Uint8Array, health: { sound: boolean } = { sound: true }) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#health = health;
    this.#at = 0;
    this.#end = bytes.length;
  }

  get sound(): boolean {
    return this.#health.sound;
  }

  /** Steps to the next field; false at the end, or when the message is damaged. */
  next(): boolean {
    if (!this.sound || this.#at >= this.#end) return false;
    const tag = this.#varint();
    this.field = Math.floor(tag / 8);
    this.#type = tag % 8;
    if (this.field === 0) this.#spoil();
    this.#take();
    return this.sound;
  }

  number(): number {
    if (this.#type !== VARINT || !Number.isSafeInteger(this.#value)) return this.#spoil();
    return this.#value;
  }

  /** Of a field that may be negative only the sign matters then: such numbers come as two's complement of 64 bits. */
  signed(): number {
    return this.#type === VARINT && this.#value >= 2 ** 63 ? -1 : this.number();
  }

  /** A bound that somebody tells: what is beyond all reason is as good as none. */
  limit(): number {
    return this.#type === VARINT ? Math.min(this.#value, Number.MAX_SAFE_INTEGER) : this.number();
  }

  /** A repeated number, packed or one at a time. */
  numbers(): number[] {
    if (this.#type === VARINT) return [this.number()];
    const packed = this.message();
    const found: number[] = [];
    while (packed.sound && packed.#at < packed.#end) found.push(packed.#varint());
    return found;
  }

  flag(): boolean {
    return this.#type === VARINT ? this.#value !== 0 : this.#spoil() !== 0;
  }

  text(): string {
    const bytes = this.bytes();
    if (!isUtf8(bytes)) this.#spoil();
    return this.sound ? bytes.toString('utf8') : '';
  }

  /** A view into the message, not a copy. */
  bytes(): Buffer {
    if (this.#type !== BYTES) this.#spoil();
    return this.sound ? this.#bytes.subarray(this.#start, this.#at) : Buffer.alloc(0);
  }

  message(): WireReader {
    return new WireReader(this.bytes(), this.#health);
  }

  /** For what the wire format cannot know to be wrong. */
  refuse(): void {
    this.#spoil();
  }

  #take(): void {
    if (this.#type === VARINT) this.#value = this.#varint();
    else if (this.#type === BYTES) this.#skip(this.#varint());
    else if (this.#type === FIXED64) this.#skip(8);
    else if (this.#type === FIXED32) this.#skip(4);
    else this.#spoil();
  }

  #skip(count: number): void {
    this.#start = this.#at;
    if (count > this.#end - this.#at) this.#spoil();
    else this.#at += count;
  }

  /** At most ten bytes; a value beyond the safe integers comes out inexact, which `number` refuses. */
  #varint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 10; i++) {
      const byte = this.#at < this.#end ? this.#bytes[this.#at++] : undefined;
      if (byte === undefined) return this.#spoil();
      value += (byte % 128) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
    return this.#spoil();
  }

  #spoil(): number {
    this.#health.sound = false;
    this.#at = this.#end;
    return 0;
  }
}
