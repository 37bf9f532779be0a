import type { Fields } from '../decode/pattern.ts';
import { i32, i64, op } from '../ir/build.ts';
import type { Expr } from '../ir/ir.ts';
import { type Builder, cond } from './builder.ts';
import { floatImmediate } from './immediates.ts';
import type { Semantics, SemanticsTable } from './semantics.ts';

/** Width of the `ptype` field; half precision arithmetic is not in ARMv8.0. */
const WIDTHS = [32, 64, 0, 16] as const;
const widthOf = (ptype: number): 0 | 16 | 32 | 64 => WIDTHS[ptype] ?? 0;

export const floatConstant = (width: number, value: bigint): Expr => (width === 64 ? i64(value) : i32(value));

export const readF = (b: Builder, n: number, width: number): Expr => op(`vget${width}`, b.v(n), i32(0));

export const writeF = (b: Builder, n: number, width: number, value: Expr): void =>
  b.setV(n, op('vlow', width === 64 ? value : op('zext', value)));

const signBit = (width: number): Expr => floatConstant(width, 1n << BigInt(width - 1));
const xor = (width: number): string => (width === 64 ? 'xor64' : 'xor32');
const and = (width: number): string => (width === 64 ? 'and64' : 'and32');

export const negateF = (width: number, value: Expr): Expr => op(xor(width), value, signBit(width));
export const absoluteF = (width: number, value: Expr): Expr =>
  op(and(width), value, floatConstant(width, (1n << BigInt(width - 1)) - 1n));

/** Only single and double; the rest of what the row matches is unsupported or not allocated. */
const arithmetic =
  (compute: (f: Fields, b: Builder, width: 32 | 64) => void): Semantics =>
  (f, b) => {
    const width = widthOf(f.y);
    // Half precision has what single precision has.
    if (width !== 0) compute(f, b, width === 64 ? 64 : 32);
    if (width === 0 || width === 16)
      b.trap(b.flow.k === 'trap' || width === 0 ? 'unallocated' : 'unsupported');
  };

const ROUNDINGS: Readonly<Record<number, string>> = {
  8: 'frintn',
  9: 'frintp',
  10: 'frintm',
  11: 'frintz',
  12: 'frinta',
  14: 'frintn',
  15: 'frintn',
};

const convertTo = (f: Fields, b: Builder, from: 16 | 32 | 64) => {
  const to = f.o === 4 ? 32 : f.o === 5 ? 64 : 16;
  if (to === from) return b.trap('unallocated');
  writeF(b, f.d, to, op(`fcvt${to}_${from}`, readF(b, f.n, from)));
};

const oneSource: Semantics = (f, b) => {
  const width = widthOf(f.y);
  if (width === 0) return b.trap('unallocated');
  if (f.o === 4 || f.o === 5 || f.o === 7) return convertTo(f, b, width);
  const value = readF(b, f.n, width);
  if (f.o === 0) return writeF(b, f.d, width, value);
  if (f.o === 1) return writeF(b, f.d, width, absoluteF(width, value));
  if (f.o === 2) return writeF(b, f.d, width, negateF(width, value));
  if (width === 16) return b.trap(f.o === 3 || ROUNDINGS[f.o] !== undefined ? 'unsupported' : 'unallocated');
  if (f.o === 3) return writeF(b, f.d, width, op(`fsqrt${width}`, value));
  const rounding = ROUNDINGS[f.o];
  if (rounding === undefined) return b.trap('unallocated');
  writeF(b, f.d, width, op(`${rounding}${width}`, value));
};

const TWO_SOURCE = ['fmul', 'fdiv', 'fadd', 'fsub', 'fmax', 'fmin', 'fmaxnm', 'fminnm', 'fmul'];

const twoSource = arithmetic((f, b, width) => {
  const name = TWO_SOURCE[f.o];
  if (name === undefined) return b.trap('unallocated');
  const value = op(`${name}${width}`, readF(b, f.n, width), readF(b, f.m, width));
  writeF(b, f.d, width, f.o === 8 ? negateF(width, value) : value);
});

/** o negates the addend and the product, p the product. */
const threeSource = arithmetic((f, b, width) => {
  const left = readF(b, f.n, width);
  const addend = readF(b, f.a, width);
  const product = f.o === f.p ? left : negateF(width, left);
  writeF(
    b,
    f.d,
    width,
    op(`fma${width}`, product, readF(b, f.m, width), f.o ? negateF(width, addend) : addend),
  );
});

const compare = arithmetic((f, b, width) => {
  const right = f.z ? floatConstant(width, 0n) : readF(b, f.m, width);
  b.flags('fcmp', readF(b, f.n, width), right);
});

const conditionalCompare = arithmetic((f, b, width) =>
  b.flagsWhen(f.c, 'fcmp', readF(b, f.n, width), readF(b, f.m, width), f.f),
);

const select = arithmetic((f, b, width) =>
  writeF(b, f.d, width, op(`select${width}`, cond(f.c), readF(b, f.n, width), readF(b, f.m, width))),
);

const ROUNDING_MODES = ['frintn', 'frintp', 'frintm', ''] as const;

function toInteger(f: Fields, b: Builder, width: 32 | 64, rounding: string, isSigned: boolean): void {
  const value = readF(b, f.n, width);
  const whole = rounding === '' ? value : op(`${rounding}${width}`, value);
  b.setR(f.d, f.z, op(`fcvtz${isSigned ? 's' : 'u'}${f.z ? 64 : 32}_${width}`, whole));
}

function moveBits(f: Fields, b: Builder) {
  const isHigh = f.y === 2;
  const width = isHigh ? 64 : widthOf(f.y);
  if (isHigh ? !f.z || f.r !== 1 : f.r !== 0) return b.trap('unallocated');
  if (width !== 16 && (width === 64) !== (f.z === 1)) return b.trap('unallocated');
  if (f.o === 6) {
    const value = op(`vget${width || 32}`, b.v(f.n), i32(isHigh ? 1 : 0));
    return b.setR(f.d, f.z, width === 16 && f.z ? op('zext', value) : value);
  }
  if (isHigh) return b.setV(f.d, op('vset64', b.v(f.d), i32(1), b.x(f.n)));
  if (width === 16) return writeF(b, f.d, 16, op('and32', b.w(f.n), i32(0xffff)));
  writeF(b, f.d, width, b.r(f.n, f.z));
}

/** o: 0/1 convert to signed/unsigned (rounding in r), 2/3 from, 4/5 to nearest away, 6/7 moves of bits. */
const integer: Semantics = (f, b) => {
  if (f.o >= 6) return moveBits(f, b);
  arithmetic((_, builder, width) => {
    if (f.o < 2) return toInteger(f, builder, width, ROUNDING_MODES[f.r] ?? '', f.o === 0);
    if (f.r !== 0) return builder.trap('unallocated');
    if (f.o >= 4) return toInteger(f, builder, width, 'frinta', f.o === 4);
    const name = f.o === 2 ? 'scvtf' : 'ucvtf';
    writeF(builder, f.d, width, op(`${name}${width}_${f.z ? 64 : 32}`, builder.r(f.n, f.z)));
  })(f, b);
};

/** 2 to the given power. */
export const powerOfTwo = (width: 32 | 64, power: number): Expr =>
  floatConstant(width, BigInt(power + (width === 64 ? 1023 : 127)) << (width === 64 ? 52n : 23n));

/** A fixed-point number with 64 − s fraction bits: scaling by a power of two is exact. */
const fixed = arithmetic((f, b, width) => {
  const fraction = 64 - f.s;
  if (!f.z && fraction > 32) return b.trap('unallocated');
  const size = f.z ? 64 : 32;
  if (f.r === 3 && f.o < 2) {
    const scaled = op(`fmul${width}`, readF(b, f.n, width), powerOfTwo(width, fraction));
    return b.setR(f.d, f.z, op(`fcvtz${f.o === 0 ? 's' : 'u'}${size}_${width}`, scaled));
  }
  if (f.r !== 0 || (f.o !== 2 && f.o !== 3)) return b.trap('unallocated');
  const value = op(`${f.o === 2 ? 's' : 'u'}cvtf${width}_${size}`, b.r(f.n, f.z));
  writeF(b, f.d, width, op(`fmul${width}`, value, powerOfTwo(width, -fraction)));
});

export const floatSemantics: SemanticsTable = {
  fp_one_source: oneSource,
  fp_two_source: twoSource,
  fp_three_source: threeSource,
  fcmp: compare,
  fccmp: conditionalCompare,
  fcsel: select,
  fmov_immediate: (f, b) => {
    const width = widthOf(f.y);
    if (width === 0) return b.trap('unallocated');
    writeF(b, f.d, width, floatConstant(width, floatImmediate(f.i, width)));
  },
  fp_integer: integer,
  fp_fixed: fixed,
};
