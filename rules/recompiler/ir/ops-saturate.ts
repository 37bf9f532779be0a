import { clampSigned, clampUnsigned, fromLanes, lanesOf, lanewise, WIDTHS } from './lanes.ts';
import { bits, mask, type Op, signed } from './op.ts';

/** By the signed low byte of a lane; to the right, half of the last bit is added first where the result is rounded. */
function shiftBy(value: bigint, lane: bigint, isRounded: boolean): bigint {
  const amount = signed(8, lane & 0xffn);
  if (amount >= 0n) return value << amount;
  return (value + (isRounded ? 1n << (-amount - 1n) : 0n)) >> -amount;
}

const doubled = (w: number, a: bigint, b: bigint): bigint => 2n * signed(w, a) * signed(w, b);

/** Multiplication without carries. */
function polynomial(a: bigint, b: bigint): bigint {
  let product = 0n;
  for (let bit = 0n, rest = b; rest > 0n; bit++, rest >>= 1n) if (rest & 1n) product ^= a << bit;
  return product;
}

const TWO = ['v128', 'v128'] as const;
const WIDE = [16, 32, 64] as const;

/** Advanced SIMD that saturates or rounds, and products of polynomials. */
export const saturatingOps: readonly Op[] = [
  ...lanewise('vshsub', 2, [8, 16, 32], (w, a, b) => (signed(w, a) - signed(w, b)) >> 1n),
  ...lanewise('vuhsub', 2, [8, 16, 32], (_, a, b) => (a - b) >> 1n),
  ...lanewise('vsrshl', 2, WIDTHS, (w, a, b) => shiftBy(signed(w, a), b, true)),
  ...lanewise('vurshl', 2, WIDTHS, (_, a, b) => shiftBy(a, b, true)),
  ...lanewise('vsqshl', 2, WIDTHS, (w, a, b) => clampSigned(w, shiftBy(signed(w, a), b, false))),
  ...lanewise('vuqshl', 2, WIDTHS, (w, a, b) => clampUnsigned(w, shiftBy(a, b, false))),
  ...lanewise('vsqrshl', 2, WIDTHS, (w, a, b) => clampSigned(w, shiftBy(signed(w, a), b, true))),
  ...lanewise('vuqrshl', 2, WIDTHS, (w, a, b) => clampUnsigned(w, shiftBy(a, b, true))),
  ...lanewise('vsqshlu', 2, WIDTHS, (w, a, b) => clampUnsigned(w, shiftBy(signed(w, a), b, false))),
  ...lanewise('vsuqadd', 2, WIDTHS, (w, a, b) => clampSigned(w, signed(w, a) + b)),
  ...lanewise('vusqadd', 2, WIDTHS, (w, a, b) => clampUnsigned(w, a + signed(w, b))),
  ...lanewise('vsqdmulh', 2, [16, 32], (w, a, b) => clampSigned(w, doubled(w, a, b) >> BigInt(w))),
  ...lanewise('vsqrdmulh', 2, [16, 32], (w, a, b) =>
    clampSigned(w, (doubled(w, a, b) + (1n << BigInt(w - 1))) >> BigInt(w)),
  ),
  // Into the range of half a lane: signed to signed, unsigned to unsigned, signed to unsigned.
  ...lanewise('vsqhalf', 1, WIDE, (w, a) => clampSigned(w / 2, signed(w, a))),
  ...lanewise('vuqhalf', 1, WIDE, (w, a) => clampUnsigned(w / 2, a)),
  ...lanewise('vsuhalf', 1, WIDE, (w, a) => clampUnsigned(w / 2, signed(w, a))),
  ...lanewise('vpmul', 2, [8], (_, a, b) => polynomial(a, b)),
  {
    name: 'vpmull8',
    args: TWO,
    result: 'v128',
    evaluate: (a, b = 0n) => {
      const right = lanesOf(8, b);
      const products = lanesOf(8, a).map((lane, i) => polynomial(lane, right[i] ?? 0n));
      return fromLanes(16, products.slice(0, 8));
    },
  },
  {
    name: 'vpmull64',
    args: TWO,
    result: 'v128',
    evaluate: (a, b = 0n) => bits(128, polynomial(a & mask(64), b & mask(64))),
  },
];
