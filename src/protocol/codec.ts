import { Buffer } from 'node:buffer';
import { WireReader } from '../fingerprint/wire-reader.ts';
import { WireWriter } from '../fingerprint/wire-writer.ts';
import type { Digest } from '../model/digest.ts';

/** One message of a protocol, both ways. `decode` throws a `DamagedMessage`; fields that are not known are passed over. */
export interface Codec<T> {
  encode(value: T): Buffer;
  decode(bytes: Uint8Array): T;
}

export class DamagedMessage extends Error {
  constructor(name: string) {
    super(`damaged message: ${name}`);
    this.name = 'DamagedMessage';
  }
}

export interface MessageShape<T> {
  readonly name: string;
  write(writer: WireWriter, value: T): void;
  /** Steps through the reader's fields. What it makes of a damaged message is thrown away. */
  read(reader: WireReader): T;
  /** About how many bytes it will take, where that may be many. */
  size?(value: T): number;
}

export function codec<T>(shape: MessageShape<T>): Codec<T> {
  return {
    encode(value) {
      const writer = new WireWriter(Math.max(256, shape.size?.(value) ?? 0));
      shape.write(writer, value);
      return writer.view();
    },
    decode(bytes) {
      const reader = new WireReader(bytes);
      const value = shape.read(reader);
      if (!reader.sound) throw new DamagedMessage(shape.name);
      return value;
    },
  };
}

/** A message that is kept as it came: whoever uses it looks into it. */
export const rawMessage: Codec<Uint8Array> = {
  encode: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  decode: (bytes) => bytes,
};

/** Bytes that outlive the message they came in. */
export const copyOf = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);

export const totalSize = (digests: readonly Digest[]): number => 96 * digests.length + 128;
