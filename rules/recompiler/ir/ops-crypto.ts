import { fromLanes, lanesOf } from './lanes.ts';
import { bits, type Op } from './op.ts';

const rotate = (value: number, by: number): number => (value << by) | (value >>> (32 - by));

const multiplyByX = (byte: number): number => ((byte << 1) ^ (byte & 0x80 ? 0x11b : 0)) & 0xff;

function product(a: number, b: number): number {
  let result = 0;
  for (let [x, rest] = [a, b]; rest > 0; x = multiplyByX(x), rest >>= 1) if (rest & 1) result ^= x;
  return result;
}

/** The inverse in the field of bytes (its 254th power), then the affine map. */
const SUBSTITUTE: readonly number[] = Array.from({ length: 256 }, (_, byte) => {
  let power = 1;
  for (let i = 0; i < 254; i++) power = product(power, byte);
  const turned = (by: number): number => ((power << by) | (power >> (8 - by))) & 0xff;
  return power ^ turned(1) ^ turned(2) ^ turned(3) ^ turned(4) ^ 0x63;
});
const RESTORE: readonly number[] = SUBSTITUTE.map((_, byte) => SUBSTITUTE.indexOf(byte));

const bytesOf = (value: bigint): number[] => lanesOf(8, value).map(Number);
const fromBytes = (bytes: readonly number[]): bigint => fromLanes(8, bytes.map(BigInt));

/** Byte i of row i mod 4 moves by its row, then is looked up. */
const round = (table: readonly number[], by: number) => (value: bigint) => {
  const bytes = bytesOf(value);
  return fromBytes(bytes.map((_, i) => table[bytes[(i + by * (i % 4) * 4 + 64) % 16] ?? 0] ?? 0));
};

const mixColumns = (factors: readonly number[]) => (value: bigint) => {
  const bytes = bytesOf(value);
  const mixed = (at: number): number =>
    factors.reduce((sum, factor, i) => sum ^ product(bytes[(at & ~3) + ((at + i) & 3)] ?? 0, factor), 0);
  return fromBytes(bytes.map((_, at) => mixed(at)));
};

const wordsOf = (value: bigint): number[] => lanesOf(32, value).map((lane) => Number(lane) | 0);
const fromWords = (words: readonly number[]): bigint =>
  fromLanes(
    32,
    words.map((word) => bits(32, BigInt(word))),
  );

type Choice = (x: number, y: number, z: number) => number;
const choose: Choice = (x, y, z) => ((y ^ z) & x) ^ z;
const parity: Choice = (x, y, z) => x ^ y ^ z;
const majority: Choice = (x, y, z) => (x & y) | ((x | y) & z);

/** Four rounds of SHA-1. */
const sha1 =
  (f: Choice) =>
  (abcd: bigint, e = 0n, schedule = 0n): bigint => {
    let [a = 0, b = 0, c = 0, d = 0] = wordsOf(abcd);
    let [last = 0] = wordsOf(e);
    for (const word of wordsOf(schedule)) {
      const sum = (last + rotate(a, 5) + f(b, c, d) + word) | 0;
      [a, b, c, d, last] = [sum, a, rotate(b, 30), c, d];
    }
    return fromWords([a, b, c, d]);
  };

const spread = (x: number, r: readonly [number, number, number]): number =>
  rotate(x, 32 - r[0]) ^ rotate(x, 32 - r[1]) ^ rotate(x, 32 - r[2]);
const mingle = (x: number, r: readonly [number, number], by: number): number =>
  rotate(x, 32 - r[0]) ^ rotate(x, 32 - r[1]) ^ (x >>> by);

/** Four rounds of SHA-256; the first or the second half of the state. */
const sha256 =
  (half: 0 | 1) =>
  (abcd: bigint, efgh = 0n, schedule = 0n): bigint => {
    let [a = 0, b = 0, c = 0, d = 0] = wordsOf(abcd);
    let [e = 0, f = 0, g = 0, h = 0] = wordsOf(efgh);
    for (const word of wordsOf(schedule)) {
      const one = (h + spread(e, [6, 11, 25]) + choose(e, f, g) + word) | 0;
      const two = (spread(a, [2, 13, 22]) + majority(a, b, c)) | 0;
      [a, b, c, d, e, f, g, h] = [(one + two) | 0, a, b, c, (d + one) | 0, e, f, g];
    }
    return fromWords(half === 0 ? [a, b, c, d] : [e, f, g, h]);
  };

const unary = (name: string, evaluate: (a: bigint) => bigint): Op => ({
  name,
  args: ['v128'],
  result: 'v128',
  evaluate,
});
const binary = (name: string, evaluate: (a: bigint, b?: bigint) => bigint): Op => ({
  name,
  args: ['v128', 'v128'],
  result: 'v128',
  evaluate,
});
const ternary = (name: string, evaluate: (a: bigint, b?: bigint, c?: bigint) => bigint): Op => ({
  name,
  args: ['v128', 'v128', 'v128'],
  result: 'v128',
  evaluate,
});

/** AES and SHA as Armv8 has them: a step of the cipher or the hash. */
export const cryptoOps: readonly Op[] = [
  unary('aes_encrypt', round(SUBSTITUTE, 1)),
  unary('aes_decrypt', round(RESTORE, -1)),
  unary('aes_mix', mixColumns([2, 3, 1, 1])),
  unary('aes_unmix', mixColumns([14, 11, 13, 9])),
  ternary('sha1_choose', sha1(choose)),
  ternary('sha1_parity', sha1(parity)),
  ternary('sha1_majority', sha1(majority)),
  ternary('sha1_schedule0', (a, b = 0n, c = 0n) => {
    const [w = [], x = [], y = []] = [a, b, c].map(wordsOf);
    return fromWords(
      [2, 3, 4, 5].map((i, at) => (i < 4 ? (w[i] ?? 0) : (x[i - 4] ?? 0)) ^ (w[at] ?? 0) ^ (y[at] ?? 0)),
    );
  }),
  binary('sha1_schedule1', (a, b = 0n) => {
    const [w, x] = [wordsOf(a), wordsOf(b)];
    const t = w.map((word, i) => word ^ (x[i + 1] ?? 0));
    const out = t.map((word) => rotate(word, 1));
    return fromWords([...out.slice(0, 3), (out[3] ?? 0) ^ rotate(t[0] ?? 0, 2)]);
  }),
  ternary('sha256_first', sha256(0)),
  ternary('sha256_second', sha256(1)),
  binary('sha256_schedule0', (a, b = 0n) => {
    const w = [...wordsOf(a), wordsOf(b)[0] ?? 0];
    return fromWords([0, 1, 2, 3].map((i) => ((w[i] ?? 0) + mingle(w[i + 1] ?? 0, [7, 18], 3)) | 0));
  }),
  ternary('sha256_schedule1', (a, b = 0n, c = 0n) => {
    const [d, n, m] = [wordsOf(a), wordsOf(b), wordsOf(c)];
    const between = [n[1] ?? 0, n[2] ?? 0, n[3] ?? 0, m[0] ?? 0];
    const out: number[] = [];
    for (let i = 0; i < 4; i++) {
      const earlier = i < 2 ? (m[i + 2] ?? 0) : (out[i - 2] ?? 0);
      out.push(((d[i] ?? 0) + (between[i] ?? 0) + mingle(earlier, [17, 19], 10)) | 0);
    }
    return fromWords(out);
  }),
];
