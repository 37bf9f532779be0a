import { mask } from './op.ts';

/** IEEE binary formats as bits. */
export interface FloatFormat {
  readonly width: 16 | 32 | 64;
  /** Bits of the fraction, without the hidden one. */
  readonly fraction: number;
}

export const F16: FloatFormat = { width: 16, fraction: 10 };
export const F32: FloatFormat = { width: 32, fraction: 23 };
export const F64: FloatFormat = { width: 64, fraction: 52 };

const scratch = new DataView(new ArrayBuffer(8));

export function toNumber(f: FloatFormat, value: bigint): number {
  if (f.width === 16) return halfToNumber(Number(value));
  if (f.width === 32) {
    scratch.setUint32(0, Number(value));
    return scratch.getFloat32(0);
  }
  scratch.setBigUint64(0, value);
  return scratch.getFloat64(0);
}

/** Rounds to nearest even; every NaN becomes the default one. */
export function fromNumber(f: FloatFormat, value: number): bigint {
  if (Number.isNaN(value)) return defaultNaN(f);
  if (f.width === 16) return numberToHalf(value);
  if (f.width === 32) {
    scratch.setFloat32(0, value);
    return BigInt(scratch.getUint32(0));
  }
  scratch.setFloat64(0, value);
  return scratch.getBigUint64(0);
}

const exponentMask = (f: FloatFormat): bigint => mask(f.width - 1) ^ mask(f.fraction);
const quietBit = (f: FloatFormat): bigint => 1n << BigInt(f.fraction - 1);

export const defaultNaN = (f: FloatFormat): bigint => exponentMask(f) | quietBit(f);

export const isNaNBits = (f: FloatFormat, value: bigint): boolean =>
  (value & exponentMask(f)) === exponentMask(f) && (value & mask(f.fraction)) !== 0n;

export const isSignalling = (f: FloatFormat, value: bigint): boolean =>
  isNaNBits(f, value) && (value & quietBit(f)) === 0n;

export const quiet = (f: FloatFormat, value: bigint): bigint => value | quietBit(f);

/** Arm's rule: the first signalling operand, else the first quiet one. */
export function pickNaN(f: FloatFormat, ...operands: readonly bigint[]): bigint | undefined {
  const chosen = operands.find((o) => isSignalling(f, o)) ?? operands.find((o) => isNaNBits(f, o));
  return chosen === undefined ? undefined : quiet(f, chosen);
}

/** a × b + c with one rounding. */
export function fusedMultiplyAdd(f: FloatFormat, a: bigint, b: bigint, c: bigint): bigint {
  const [x, y, z] = [toNumber(f, a), toNumber(f, b), toNumber(f, c)];
  const isInvalid = (x === 0 && Math.abs(y) === Infinity) || (y === 0 && Math.abs(x) === Infinity);
  // Infinity × 0 with a quiet addend is invalid, and gives the default NaN.
  if (isInvalid && isNaNBits(f, c) && !isSignalling(f, c)) return defaultNaN(f);
  // The addend is the first operand in Arm's order.
  const nan = pickNaN(f, c, a, b);
  if (nan !== undefined) return nan;
  const product = x * y;
  if (![x, y, z].every(Number.isFinite) || x === 0 || y === 0) return fromNumber(f, product + z);
  return fromNumber(f, roundExact(f, exactSum(f, a, b, c), product));
}

interface Exact {
  /** value = size × 2^exponent */
  readonly size: bigint;
  readonly exponent: number;
}

function exactOf(f: FloatFormat, value: bigint): Exact {
  const raw = Number((value >> BigInt(f.fraction)) & mask(f.width - 1 - f.fraction));
  const bias = 2 ** (f.width - 2 - f.fraction) - 1;
  const fraction = value & mask(f.fraction);
  const size = raw === 0 ? fraction : fraction | (1n << BigInt(f.fraction));
  const isNegative = value >> BigInt(f.width - 1) === 1n;
  return { size: isNegative ? -size : size, exponent: Math.max(raw, 1) - bias - f.fraction };
}

function exactSum(f: FloatFormat, a: bigint, b: bigint, c: bigint): Exact {
  const [x, y, z] = [exactOf(f, a), exactOf(f, b), exactOf(f, c)];
  const product: Exact = { size: x.size * y.size, exponent: x.exponent + y.exponent };
  const exponent = Math.min(product.exponent, z.exponent);
  const aligned = (e: Exact): bigint => e.size << BigInt(e.exponent - exponent);
  return { size: aligned(product) + aligned(z), exponent };
}

/** Nearest even in the format's precision, denormals included; exact in a double. */
function roundExact(f: FloatFormat, exact: Exact, product: number): number {
  // An exact zero from operands of opposite signs is +0; −0 − 0 is −0.
  if (exact.size === 0n) return product === 0 && Object.is(product, -0) ? -0 : 0;
  const isNegative = exact.size < 0n;
  const size = isNegative ? -exact.size : exact.size;
  const bias = 2 ** (f.width - 2 - f.fraction) - 1;
  const lowest = 1 - bias - f.fraction;
  const drop = Math.max(size.toString(2).length - (f.fraction + 1), lowest - exact.exponent, 0);
  let kept = size >> BigInt(drop);
  const rest = size & ((1n << BigInt(drop)) - 1n);
  const half = drop > 0 ? 1n << BigInt(drop - 1) : 0n;
  if (drop > 0 && (rest > half || (rest === half && (kept & 1n) === 1n))) kept++;
  const value = scale(Number(kept), exact.exponent + drop);
  return isNegative ? -value : value;
}

/** value × 2^exponent without losing denormals on the way. */
function scale(value: number, exponent: number): number {
  let result = value;
  let rest = exponent;
  for (; rest < -1000; rest += 1000) result *= 2 ** -1000;
  for (; rest > 1000; rest -= 1000) result *= 2 ** 1000;
  return result * 2 ** rest;
}

function halfToNumber(value: number): number {
  const sign = value & 0x8000 ? -1 : 1;
  const exponent = (value >> 10) & 31;
  const fraction = value & 0x3ff;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

function numberToHalf(value: number): bigint {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000n : 0n;
  const size = Math.abs(value);
  if (size >= 65520) return sign | 0x7c00n;
  const exponent = size < 2 ** -14 ? -14 : Math.floor(Math.log2(size));
  const safe =
    size >= 2 ** (exponent + 1)
      ? exponent + 1
      : size < 2 ** exponent && exponent > -14
        ? exponent - 1
        : exponent;
  const steps = size / 2 ** (safe - 10);
  const floor = Math.floor(steps);
  const rest = steps - floor;
  const rounded = rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
  return sign | BigInt((safe + 14) * 1024 + rounded);
}
