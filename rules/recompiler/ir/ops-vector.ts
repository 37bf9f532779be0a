import type { Type } from './ir.ts';
import { clampSigned, clampUnsigned, fromLanes, lanesOf, lanewise, WIDTHS } from './lanes.ts';
import { bits, mask, type Op, signed } from './op.ts';
import { floatOps } from './ops-float.ts';

export const scalarType = (width: number): Type => (width === 64 ? 'i64' : 'i32');

const compare = (name: string, holds: (width: number, a: bigint, b: bigint) => boolean): Op[] =>
  lanewise(name, 2, WIDTHS, (width, a, b) => (holds(width, a, b) ? mask(width) : 0n));

/** The register forms shift by the low byte of each lane, right where it is negative. */
const shiftBy = (value: bigint, lane: bigint): bigint => {
  const amount = signed(8, lane & 0xffn);
  return amount >= 0n ? value << amount : value >> -amount;
};

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const size = (a: bigint): bigint => (a < 0n ? -a : a);

const shiftAll = (name: string, evaluate: (width: number, a: bigint, amount: bigint) => bigint): Op[] =>
  WIDTHS.map((width) => ({
    name: `${name}${width}`,
    args: ['v128', 'i32'],
    result: 'v128',
    evaluate: (a, amount = 0n) =>
      fromLanes(
        width,
        lanesOf(width, a).map((lane) => evaluate(width, lane, amount)),
      ),
  }));

const bitwise = (name: string, c: string, evaluate: (a: bigint, b: bigint) => bigint): Op => ({
  name,
  args: ['v128', 'v128'],
  result: 'v128',
  c,
  evaluate: (a, b = 0n) => bits(128, evaluate(a, b)),
});

const laneAccess = (width: (typeof WIDTHS)[number]): Op[] => {
  const type = scalarType(width);
  const at = (index: bigint): bigint => index * BigInt(width);
  return [
    {
      name: `vget${width}`,
      args: ['v128', 'i32'],
      result: type,
      evaluate: (v, index = 0n) => bits(width, v >> at(index)),
    },
    {
      name: `vset${width}`,
      args: ['v128', 'i32', type],
      result: 'v128',
      evaluate: (v, index = 0n, lane = 0n) =>
        (v & ~(mask(width) << at(index))) | (bits(width, lane) << at(index)),
    },
    {
      name: `vsplat${width}`,
      args: [type],
      result: 'v128',
      evaluate: (lane) =>
        fromLanes(
          width,
          Array.from({ length: 128 / width }, () => lane),
        ),
    },
  ];
};

/** Bytes of a (0..15) and b (16..31), chosen by a constant; of one table by a variable, 0 where out of range. */
const byteShuffles: readonly Op[] = [
  {
    name: 'vshuffle',
    args: ['v128', 'v128', 'v128'],
    result: 'v128',
    evaluate: (a, b = 0n, choice = 0n) => {
      const bytes = [...lanesOf(8, a), ...lanesOf(8, b)];
      return fromLanes(
        8,
        lanesOf(8, choice).map((i) => bytes[Number(i)] ?? 0n),
      );
    },
  },
  {
    name: 'vtable',
    args: ['v128', 'v128'],
    result: 'v128',
    evaluate: (table, choice = 0n) => {
      const bytes = lanesOf(8, table);
      return fromLanes(
        8,
        lanesOf(8, choice).map((i) => bytes[Number(i)] ?? 0n),
      );
    },
  },
];

/** The scalar floating-point operator in every lane: `vfadd32` is four of `fadd32`. */
function floatLanes(name: string, scalar: string, width: 32 | 64): Op {
  const op = floatOps.find((o) => o.name === scalar);
  if (!op) throw new Error(`no operator ${scalar}`);
  const isComparison = ['feq', 'flt', 'fle'].some((c) => scalar.startsWith(c));
  return {
    name,
    args: op.args.map(() => 'v128'),
    result: 'v128',
    evaluate: (...values) => {
      const operands = values.map((v) => lanesOf(width, v));
      const lane = (i: number): bigint => op.evaluate(...operands.map((o) => o[i] ?? 0n));
      return fromLanes(
        width,
        Array.from({ length: 128 / width }, (_, i) => (isComparison ? lane(i) * mask(width) : lane(i))),
      );
    },
  };
}

export const LANE_FLOATS = [
  'fadd', 'fsub', 'fmul', 'fdiv', 'fmax', 'fmin', 'fmaxnm', 'fminnm', 'fma', 'fsqrt',
  'frintn', 'frintp', 'frintm', 'frintz', 'frinta', 'feq', 'flt', 'fle',
] as const; // biome-ignore format: a list
const LANE_CONVERSIONS = ['fcvtzs', 'fcvtzu', 'scvtf', 'ucvtf'] as const;

const leadingZeros = (w: number, a: bigint): bigint => BigInt(a === 0n ? w : w - a.toString(2).length);
const ones = (a: bigint): bigint => BigInt([...a.toString(2)].filter((bit) => bit === '1').length);
const rounded = (sum: bigint): bigint => (sum + 1n) >> 1n;

export const vectorOps: readonly Op[] = [
  bitwise('vand', '($0 & $1)', (a, b) => a & b),
  bitwise('vor', '($0 | $1)', (a, b) => a | b),
  bitwise('vxor', '($0 ^ $1)', (a, b) => a ^ b),
  { name: 'vnot', args: ['v128'], result: 'v128', c: '(~$0)', evaluate: (a) => bits(128, ~a) },
  { name: 'vlow', args: ['i64'], result: 'v128', evaluate: (a) => a },
  ...WIDTHS.flatMap(laneAccess),
  ...byteShuffles,
  ...lanewise('vadd', 2, WIDTHS, (_, a, b) => a + b),
  ...lanewise('vsub', 2, WIDTHS, (_, a, b) => a - b),
  ...lanewise('vmul', 2, [8, 16, 32], (_, a, b) => a * b),
  ...compare('veq', (_, a, b) => a === b),
  ...compare('vsgt', (w, a, b) => signed(w, a) > signed(w, b)),
  ...compare('vugt', (_, a, b) => a > b),
  ...lanewise('vsmax', 2, [8, 16, 32], (w, a, b) => max(signed(w, a), signed(w, b))),
  ...lanewise('vsmin', 2, [8, 16, 32], (w, a, b) => min(signed(w, a), signed(w, b))),
  ...lanewise('vumax', 2, [8, 16, 32], (_, a, b) => max(a, b)),
  ...lanewise('vumin', 2, [8, 16, 32], (_, a, b) => min(a, b)),
  ...lanewise('vsabd', 2, [8, 16, 32], (w, a, b) => size(signed(w, a) - signed(w, b))),
  ...lanewise('vuabd', 2, [8, 16, 32], (_, a, b) => size(a - b)),
  ...lanewise('vshadd', 2, [8, 16, 32], (w, a, b) => (signed(w, a) + signed(w, b)) >> 1n),
  ...lanewise('vuhadd', 2, [8, 16, 32], (_, a, b) => (a + b) >> 1n),
  ...lanewise('vsrhadd', 2, [8, 16, 32], (w, a, b) => rounded(signed(w, a) + signed(w, b))),
  ...lanewise('vurhadd', 2, [8, 16, 32], (_, a, b) => rounded(a + b)),
  ...lanewise('vsqadd', 2, WIDTHS, (w, a, b) => clampSigned(w, signed(w, a) + signed(w, b))),
  ...lanewise('vuqadd', 2, WIDTHS, (w, a, b) => clampUnsigned(w, a + b)),
  ...lanewise('vsqsub', 2, WIDTHS, (w, a, b) => clampSigned(w, signed(w, a) - signed(w, b))),
  ...lanewise('vuqsub', 2, WIDTHS, (w, a, b) => clampUnsigned(w, a - b)),
  ...lanewise('vsshl', 2, WIDTHS, (w, a, b) => shiftBy(signed(w, a), b)),
  ...lanewise('vushl', 2, WIDTHS, (_, a, b) => shiftBy(a, b)),
  ...lanewise('vclz', 1, [8, 16, 32], leadingZeros),
  ...lanewise('vcnt', 1, [8], (_, a) => ones(a)),
  ...shiftAll('vshl', (_, a, amount) => a << amount),
  ...shiftAll('vlshr', (_, a, amount) => a >> amount),
  ...shiftAll('vashr', (w, a, amount) => signed(w, a) >> amount),
  ...([32, 64] as const).flatMap((width) => [
    ...LANE_FLOATS.map((name) => floatLanes(`v${name}${width}`, `${name}${width}`, width)),
    ...LANE_CONVERSIONS.map((name) => floatLanes(`v${name}${width}`, `${name}${width}_${width}`, width)),
  ]),
];
