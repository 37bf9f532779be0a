import { err, ok, type Result } from '../../../src/base/result.ts';

/** Little-endian bytes of unknown origin: every access is checked, and says what it was looking for. */
export interface Bytes {
  readonly size: number;
  u16(at: number, what: string): number;
  u32(at: number, what: string): number;
  /** As a number: anything that does not fit one exactly is refused. */
  u64(at: number, what: string): number;
  slice(at: number, size: number, what: string): Uint8Array;
}

/** Ends a parse at its first fault; never leaves `parseBytes`. */
class Fault extends Error {}

export const fault = (message: string): never => {
  throw new Fault(message);
};

/** Runs a parser over hostile bytes; its first fault becomes the error. */
export function parseBytes<T>(content: Uint8Array, parse: (bytes: Bytes) => T): Result<T, string> {
  try {
    return ok(parse(checkedBytes(content)));
  } catch (error) {
    if (error instanceof Fault) return err(error.message);
    throw error;
  }
}

function checkedBytes(content: Uint8Array): Bytes {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const check = (at: number, size: number, what: string): void => {
    if (at < 0 || size < 0 || at + size > content.length)
      fault(`${what}: ${size} bytes at 0x${at.toString(16)} lie outside the file of ${content.length} bytes`);
  };
  return {
    size: content.length,
    u16: (at, what) => {
      check(at, 2, what);
      return view.getUint16(at, true);
    },
    u32: (at, what) => {
      check(at, 4, what);
      return view.getUint32(at, true);
    },
    u64: (at, what) => {
      check(at, 8, what);
      const value = view.getBigUint64(at, true);
      if (value > BigInt(Number.MAX_SAFE_INTEGER)) fault(`${what}: 0x${value.toString(16)} is out of range`);
      return Number(value);
    },
    slice: (at, size, what) => {
      check(at, size, what);
      return content.subarray(at, at + size);
    },
  };
}
