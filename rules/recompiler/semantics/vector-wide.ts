import type { Fields } from '../decode/pattern.ts';
import { i32, op, v128 } from '../ir/build.ts';
import type { Expr } from '../ir/ir.ts';
import { mask } from '../ir/op.ts';
import { type Builder, zeroV } from './builder.ts';
import { negateF, powerOfTwo, readF, writeF } from './float.ts';
import { narrow, setVector, widen } from './lanes.ts';
import type { Semantics, SemanticsTable } from './semantics.ts';
import { clearAbove, negateLanes } from './vector-same.ts';

/** Lanes of twice the width, multiplied; 64-bit lanes have no vector multiply. */
function multiplyWide(wide: number, left: Expr, right: Expr): Expr {
  if (wide < 64) return op(`vmul${wide}`, left, right);
  const product = (i: number): Expr => op('mul64', op('vget64', left, i32(i)), op('vget64', right, i32(i)));
  return op('vset64', op('vlow', product(0)), i32(1), product(1));
}

const accumulate = (wide: number, d: Expr, value: Expr, isSum: boolean): Expr =>
  op(`${isSum ? 'vadd' : 'vsub'}${wide}`, d, value);

function different(f: Fields, b: Builder, width: number): Expr | undefined {
  const wide = width * 2;
  const [n, m, d] = [b.v(f.n), b.v(f.m), b.v(f.d)];
  const left = (): Expr => b.let(widen(width, n, !f.u, f.q === 1));
  const right = (): Expr => b.let(widen(width, m, !f.u, f.q === 1));
  const difference = (): Expr => {
    const [x, y] = [left(), right()];
    // The widened operands cannot overflow, so the larger less the smaller is the distance.
    const bigger = op(`vsgt${wide}`, x, y);
    const forward = op(`vsub${wide}`, x, y);
    const backward = op(`vsub${wide}`, y, x);
    return op('vor', op('vand', forward, bigger), op('vand', backward, op('vnot', bigger)));
  };
  switch (f.o) {
    case 0:
      return op(`vadd${wide}`, left(), right());
    case 1:
      return op(`vadd${wide}`, n, right());
    case 2:
      return op(`vsub${wide}`, left(), right());
    case 3:
      return op(`vsub${wide}`, n, right());
    case 5:
      return op(`vadd${wide}`, d, difference());
    case 7:
      return difference();
    case 8:
      return accumulate(wide, d, multiplyWide(wide, left(), right()), true);
    case 10:
      return accumulate(wide, d, multiplyWide(wide, left(), right()), false);
    case 12:
      return multiplyWide(wide, left(), right());
    case 9:
    case 11:
    case 13:
      return f.u || width === 8
        ? undefined
        : saturatingProduct(f.o, wide, d, multiplyWide(wide, left(), right()), b);
    case 14:
      return f.u || width !== 8 ? undefined : op('vpmull8', lowOr(f.q, n), lowOr(f.q, m));
    default:
      return undefined;
  }
}

const lowOr = (q: number, value: Expr): Expr => (q ? op('vlow', op('vget64', value, i32(1))) : value);

/** SQDMULL, and what is added to (9) or taken from (11) the destination: each step saturates. */
function saturatingProduct(opcode: number, wide: number, d: Expr, product: Expr, b: Builder): Expr {
  const once = b.let(product);
  const twice = op(`vsqadd${wide}`, once, once);
  if (opcode === 13) return twice;
  return op(`${opcode === 9 ? 'vsqadd' : 'vsqsub'}${wide}`, d, twice);
}

/** ADDHN, SUBHN and their rounding forms: the upper halves of sums, packed. */
function highHalves(f: Fields, b: Builder, width: number): void {
  const wide = width * 2;
  const sum = op(`${f.o === 4 ? 'vadd' : 'vsub'}${wide}`, b.v(f.n), b.v(f.m));
  let round = 0n;
  for (let at = 0; at < 128; at += wide) round |= 1n << BigInt(at + width - 1);
  const rounded = f.u ? op(`vadd${wide}`, sum, v128(round)) : sum;
  b.setV(f.d, narrow(width, op(`vlshr${wide}`, rounded, i32(width)), f.q ? b.v(f.d) : undefined));
}

const threeDifferent: Semantics = (f, b) => {
  const width = 8 << f.s;
  if (f.s === 3) {
    if (f.o !== 14 || f.u) return b.trap('unallocated');
    return b.setV(f.d, op('vpmull64', lowOr(f.q, b.v(f.n)), lowOr(f.q, b.v(f.m))));
  }
  if (f.o === 4 || f.o === 6) return highHalves(f, b, width);
  const value = different(f, b, width);
  if (value === undefined) return b.trap('unallocated');
  b.setV(f.d, value);
};

const scalarDifferent: Semantics = (f, b) => {
  const isKnown = (f.s === 1 || f.s === 2) && !f.u && [9, 11, 13].includes(f.o);
  const value = isKnown ? different({ ...f, q: 0 }, b, 8 << f.s) : undefined;
  if (value === undefined) return b.trap('unallocated');
  clearAbove(b, f.d, 16 << f.s, value);
};

/** immh:immb: the highest one bit is the size; right shifts count down from twice it, left shifts up from it. */
function shiftAmount(f: Fields): { width: number; right: number; left: number } {
  const width = 8 << (31 - Math.clz32(f.h));
  const value = (f.h << 3) | f.b;
  return { width, right: 2 * width - value, left: value - width };
}

/** A shift by the whole width leaves the sign, or nothing. */
function shiftRight(width: number, value: Expr, amount: number, isSigned: boolean): Expr {
  if (isSigned) return op(`vashr${width}`, value, i32(Math.min(amount, width - 1)));
  return amount === width ? zeroV : op(`vlshr${width}`, value, i32(amount));
}

/** Adds back the bit that was shifted out last. */
function roundingShiftRight(width: number, value: Expr, amount: number, isSigned: boolean): Expr {
  const last = shiftRight(width, value, amount - 1, isSigned);
  const bit = op('vand', last, v128(repeat(width, 1n)));
  return op(`vadd${width}`, shiftRight(width, value, amount, isSigned), bit);
}

const repeat = (width: number, value: bigint): bigint => {
  let all = 0n;
  for (let at = 0; at < 128; at += width) all |= (value & mask(width)) << BigInt(at);
  return all;
};

function insertShifted(f: Fields, b: Builder, width: number, amount: number, isLeft: boolean): Expr {
  const ones = isLeft ? mask(width) << BigInt(amount) : mask(width) >> BigInt(amount);
  const kept = v128(~repeat(width, ones));
  const moved = isLeft
    ? op(`vshl${width}`, b.v(f.n), i32(amount))
    : shiftRight(width, b.v(f.n), amount, false);
  return op('vor', op('vand', b.v(f.d), kept), moved);
}

function fixedPoint(f: Fields, b: Builder, width: number, fraction: number): Expr | undefined {
  if (width < 32) return undefined;
  const size = width === 64 ? 64 : 32;
  const scale = op(`vsplat${size}`, powerOfTwo(size, f.o === 28 ? -fraction : fraction));
  const isSigned = !f.u;
  if (f.o === 28) return op(`vfmul${size}`, op(`v${isSigned ? 's' : 'u'}cvtf${size}`, b.v(f.n)), scale);
  return op(`vfcvtz${isSigned ? 's' : 'u'}${size}`, op(`vfmul${size}`, b.v(f.n), scale));
}

function shifted(f: Fields, b: Builder): Expr | undefined {
  const { width, right, left } = shiftAmount(f);
  const n = b.v(f.n);
  const isSigned = !f.u;
  switch (f.o) {
    case 0:
      return shiftRight(width, n, right, isSigned);
    case 2:
      return op(`vadd${width}`, b.v(f.d), shiftRight(width, n, right, isSigned));
    case 4:
      return roundingShiftRight(width, n, right, isSigned);
    case 6:
      return op(`vadd${width}`, b.v(f.d), roundingShiftRight(width, n, right, isSigned));
    case 8:
      return f.u ? insertShifted(f, b, width, right, false) : undefined;
    case 10:
      return f.u ? insertShifted(f, b, width, left, true) : op(`vshl${width}`, n, i32(left));
    case 12:
      return f.u ? op(`vsqshlu${width}`, n, splat(width, left)) : undefined;
    case 14:
      return op(`${f.u ? 'vuqshl' : 'vsqshl'}${width}`, n, splat(width, left));
    case 28:
    case 31:
      return fixedPoint(f, b, width, right);
    default:
      return undefined;
  }
}

const splat = (width: number, value: number): Expr => v128(repeat(width, BigInt(value)));

/** Opcode 16 to 19, with the rounding forms odd: shifted right and packed; all but the plain ones saturate. */
function narrowed(f: Fields, b: Builder, width: number, amount: number): Expr {
  const wide = width * 2;
  const isSigned = f.o < 18 || !f.u;
  const moved = (f.o & 1 ? roundingShiftRight : shiftRight)(wide, b.v(f.n), amount, isSigned);
  const kind = f.o < 18 ? (f.u ? 'vsuhalf' : undefined) : f.u ? 'vuqhalf' : 'vsqhalf';
  return kind === undefined ? moved : op(`${kind}${wide}`, moved);
}

const shiftImmediate: Semantics = (f, b) => {
  if (f.h === 0) return b.trap('unallocated');
  const { width, right, left } = shiftAmount(f);
  if (f.o === 20) {
    if (width === 64) return b.trap('unallocated');
    return b.setV(f.d, op(`vshl${width * 2}`, widen(width, b.v(f.n), !f.u, f.q === 1), i32(left)));
  }
  if (f.o >= 16 && f.o <= 19) {
    if (width === 64) return b.trap('unallocated');
    return b.setV(f.d, narrow(width, narrowed(f, b, width, right), f.q ? b.v(f.d) : undefined));
  }
  if (width === 64 && !f.q) return b.trap('unallocated');
  const value = shifted(f, b);
  // Conversions of half precision are an extension.
  if (value === undefined)
    return b.trap(width === 16 && (f.o === 28 || f.o === 31) ? 'unsupported' : 'unallocated');
  setVector(b, f.d, f.q, value);
};

const scalarShift: Semantics = (f, b) => {
  const { width } = shiftAmount(f);
  if (f.h === 0) return b.trap('unallocated');
  if (f.o >= 16 && f.o <= 19 && (f.u || f.o >= 18)) {
    if (width === 64) return b.trap('unallocated');
    const packed = narrow(width, narrowed(f, b, width, shiftAmount(f).right), undefined);
    return clearAbove(b, f.d, width, packed);
  }
  const isFloat = f.o === 28 || f.o === 31;
  const isAnyWidth = isFloat || f.o === 12 || f.o === 14;
  const value = isAnyWidth || (width === 64 && f.o < 20) ? shifted(f, b) : undefined;
  if (value === undefined) return b.trap(isFloat && width === 16 ? 'unsupported' : 'unallocated');
  clearAbove(b, f.d, width, value);
};

/** The element that all lanes are combined with: index and register overlap by size. */
function elementOf(f: Fields): { index: number; m: number } {
  if (f.s === 1) return { index: f.h * 4 + f.l * 2 + f.g, m: f.m };
  if (f.s === 2) return { index: f.h * 2 + f.l, m: f.m + f.g * 16 };
  return { index: f.h, m: f.m + f.g * 16 };
}

function byElement(f: Fields, b: Builder): Expr | undefined {
  const isFloat = f.o === 1 || f.o === 5 || f.o === 9;
  if (isFloat && f.s === 3 && (f.l || !f.q)) return undefined;
  const width = isFloat ? (f.s === 3 ? 64 : 32) : 8 << f.s;
  if ((isFloat && (f.s < 2 || f.u)) || (!isFloat && (f.s === 0 || f.s === 3))) return undefined;
  const { index, m } = elementOf(f);
  const splat = op(`vsplat${width}`, op(`vget${width}`, b.v(m), i32(index)));
  const [n, d] = [b.v(f.n), b.v(f.d)];
  const wide = width * 2;
  const product = (): Expr =>
    multiplyWide(wide, b.let(widen(width, n, !f.u, f.q === 1)), b.let(widen(width, splat, !f.u, false)));
  switch (f.o) {
    case 1:
      return op(`vfma${width}`, n, splat, d);
    case 5:
      return op(`vfma${width}`, negateLanes(width, n), splat, d);
    case 9:
      return op(`vfmul${width}`, n, splat);
    case 8:
      return f.u ? undefined : op(`vmul${width}`, n, splat);
    case 0:
      return f.u ? op(`vadd${width}`, d, op(`vmul${width}`, n, splat)) : undefined;
    case 4:
      return f.u ? op(`vsub${width}`, d, op(`vmul${width}`, n, splat)) : undefined;
    case 2:
      return accumulate(wide, d, product(), true);
    case 6:
      return accumulate(wide, d, product(), false);
    case 10:
      return product();
    case 3:
    case 7:
    case 11:
      return f.u ? undefined : saturatingProduct(f.o === 3 ? 9 : f.o === 7 ? 11 : 13, wide, d, product(), b);
    case 12:
      return f.u ? undefined : op(`vsqdmulh${width}`, n, splat);
    case 13:
      return f.u ? undefined : op(`vsqrdmulh${width}`, n, splat);
    default:
      return undefined;
  }
}

/** What is an instruction of an extension, or of half precision. */
function isElementExtension(f: Fields): boolean {
  const isFloat = f.s === 0 || f.s === 2 || (f.s === 3 && f.q === 1 && !f.l);
  // FMULX; FMLA, FMLS and FMUL of halves; FCMLA.
  if (f.o === 9 && f.u) return isFloat;
  if (f.o === 1 || f.o === 5 || f.o === 9) return f.u ? isComplex(f) : f.s === 0;
  if (f.o === 3 || f.o === 7) return f.u === 1 && isComplex(f);
  // FMLAL and FMLSL.
  if (f.o === 0 || f.o === 4) return !f.u && f.s === 2;
  if (f.o === 8 || f.o === 12) return f.u === 1 && f.s === 2;
  // SQRDMLAH and SQRDMLSH; the dot products.
  if (f.o === 13 || (f.o === 15 && f.u)) return f.u === 1 && (f.s === 1 || f.s === 2);
  if (f.o === 14) return f.s === 2;
  return f.o === 15 && !f.u;
}

const isComplex = (f: Fields): boolean =>
  (f.s === 1 && (f.q === 1 || !f.h)) || (f.s === 2 && f.q === 1 && !f.l);

const isScalarExtension = (f: Fields): boolean => {
  if (f.o === 13 || f.o === 15) return f.u === 1 && (f.s === 1 || f.s === 2);
  return [1, 5, 9].includes(f.o) && !(f.u && f.o !== 9) && isElementExtension({ ...f, q: 1 });
};

const LONG = [2, 3, 6, 7, 10, 11];

const simdElement: Semantics = (f, b) => {
  const value = byElement(f, b);
  if (value === undefined) return b.trap(isElementExtension(f) ? 'unsupported' : 'unallocated');
  if (LONG.includes(f.o)) b.setV(f.d, value);
  else setVector(b, f.d, f.q, value);
};

const SCALAR_SATURATING = [3, 7, 11, 12, 13];

const scalarElement: Semantics = (f, b) => {
  if (SCALAR_SATURATING.includes(f.o)) {
    const value = byElement({ ...f, q: 0 }, b);
    if (value === undefined) return b.trap(isScalarExtension(f) ? 'unsupported' : 'unallocated');
    return clearAbove(b, f.d, (LONG.includes(f.o) ? 16 : 8) << f.s, value);
  }
  if (f.u || f.s < 2 || (f.s === 3 && f.l) || ![1, 5, 9].includes(f.o))
    return b.trap(isScalarExtension(f) ? 'unsupported' : 'unallocated');
  const width = f.s === 3 ? 64 : 32;
  const { index, m } = elementOf(f);
  const right = op(`vget${width}`, b.v(m), i32(index));
  const left = readF(b, f.n, width);
  if (f.o === 9) return writeF(b, f.d, width, op(`fmul${width}`, left, right));
  writeF(
    b,
    f.d,
    width,
    op(`fma${width}`, f.o === 5 ? negateF(width, left) : left, right, readF(b, f.d, width)),
  );
};

export const vectorWideSemantics: SemanticsTable = {
  simd_three_different: threeDifferent,
  scalar_three_different: scalarDifferent,
  simd_shift: shiftImmediate,
  scalar_shift: scalarShift,
  simd_element: simdElement,
  scalar_element: scalarElement,
};
