import { adler32 } from './crc32.ts';

/**
 * A zlib stream, made the same on every machine: what node's own zlib writes depends on the processor. One block with the
 * fixed codes of RFC 1951; matches by a hash of three bytes, the latest place only.
 */
export function deflate(bytes: Uint8Array): Uint8Array {
  const out = bitWriter(bytes.length + (bytes.length >> 3) + 64);
  out.bits(0x78, 8);
  out.bits(0x01, 8);
  out.bits(0b011, 3);
  const latest = new Int32Array(HASHES).fill(-1);
  for (let at = 0; at < bytes.length; ) {
    const before = at + 2 < bytes.length ? take(latest, bytes, at) : -1;
    const length = before >= 0 && at - before <= WINDOW ? matchLength(bytes, before, at) : 0;
    if (length < 3) {
      writeSymbol(out, bytes[at++] ?? 0);
      continue;
    }
    writeMatch(out, length, at - before);
    const end = Math.min(at + length, bytes.length - 2);
    for (let next = at + 1; next < end; next++) take(latest, bytes, next);
    at += length;
  }
  writeSymbol(out, 256);
  out.align();
  const check = adler32(bytes);
  for (const shift of [24, 16, 8, 0]) out.bits((check >>> shift) & 255, 8);
  return out.done();
}

const HASHES = 1 << 15;
const WINDOW = 32_768;
const LONGEST = 258;

/** The latest place that began with the same three bytes, most likely; this one is the latest from now on. */
function take(latest: Int32Array, bytes: Uint8Array, at: number): number {
  const three = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
  const hash = Math.imul(three, 0x9e3779b1) >>> 17;
  const before = latest[hash] ?? -1;
  latest[hash] = at;
  return before;
}

function matchLength(bytes: Uint8Array, from: number, at: number): number {
  const most = Math.min(LONGEST, bytes.length - at);
  let length = 0;
  while (length < most && bytes[from + length] === bytes[at + length]) length++;
  return length;
}

interface BitWriter {
  bits(value: number, count: number): void;
  align(): void;
  done(): Uint8Array;
}

function bitWriter(capacity: number): BitWriter {
  const out = new Uint8Array(capacity);
  let [held, count, at] = [0, 0, 0];
  const flush = (): void => {
    for (; count >= 8; count -= 8, held >>>= 8) out[at++] = held & 255;
  };
  return {
    bits(value, size) {
      held |= value << count;
      count += size;
      flush();
    },
    align() {
      count = (count + 7) & ~7;
      flush();
      held = 0;
    },
    done: () => out.subarray(0, at),
  };
}

/** Huffman codes stand with their first bit first. */
function reversed(code: number, size: number): number {
  let out = 0;
  for (let i = 0; i < size; i++) out |= ((code >> i) & 1) << (size - 1 - i);
  return out;
}

const SYMBOLS = Array.from({ length: 288 }, (_, symbol): readonly [code: number, size: number] => {
  if (symbol < 144) return [reversed(0x30 + symbol, 8), 8];
  if (symbol < 256) return [reversed(0x190 + symbol - 144, 9), 9];
  if (symbol < 280) return [reversed(symbol - 256, 7), 7];
  return [reversed(0xc0 + symbol - 280, 8), 8];
});

function writeSymbol(out: BitWriter, symbol: number): void {
  const [code, size] = SYMBOLS[symbol] ?? [0, 0];
  out.bits(code, size);
}

/** Base and extra bits of each code, as the standard's two tables grow. */
const ranges = (
  count: number,
  first: number,
  free: number,
  doubling: number,
): (readonly [base: number, extra: number])[] => {
  const out: (readonly [number, number])[] = [];
  for (let i = 0, base = first; i < count; i++) {
    const extra = i < free ? 0 : Math.floor((i - free) / doubling) + 1;
    out.push([base, extra]);
    base += 1 << extra;
  }
  return out;
};
const LENGTHS = [...ranges(28, 3, 8, 4), [LONGEST, 0] as const];
const DISTANCES = ranges(30, 1, 4, 2);

function writeMatch(out: BitWriter, length: number, distance: number): void {
  const lengthCode = LENGTHS.findLastIndex(([base]) => base <= length);
  const [lengthBase, lengthExtra] = LENGTHS[lengthCode] ?? [0, 0];
  writeSymbol(out, 257 + lengthCode);
  out.bits(length - lengthBase, lengthExtra);
  const distanceCode = DISTANCES.findLastIndex(([base]) => base <= distance);
  const [distanceBase, distanceExtra] = DISTANCES[distanceCode] ?? [0, 0];
  out.bits(reversed(distanceCode, 5), 5);
  out.bits(distance - distanceBase, distanceExtra);
}
