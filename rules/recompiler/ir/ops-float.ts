import {
  defaultNaN,
  F16,
  F32,
  F64,
  type FloatFormat,
  fromNumber,
  fusedMultiplyAdd,
  isNaNBits,
  isSignalling,
  pickNaN,
  quiet,
  toNumber,
} from './float.ts';
import { bits, mask, type Op, signed } from './op.ts';

const formats = [F32, F64] as const;
const typeOf = (f: FloatFormat) => (f.width === 64 ? ('i64' as const) : ('i32' as const));

/** A binary operation on numbers; the NaN rules are Arm's, not the host's. */
function binary(name: string, compute: (a: number, b: number) => number): Op[] {
  return formats.map((f) => ({
    name: `${name}${f.width}`,
    args: [typeOf(f), typeOf(f)],
    result: typeOf(f),
    evaluate: (a, b = 0n) => pickNaN(f, a, b) ?? fromNumber(f, compute(toNumber(f, a), toNumber(f, b))),
  }));
}

/** maxNum and minNum: a quiet NaN loses against a number. */
function number(name: string, identity: number, compute: (a: number, b: number) => number): Op[] {
  return binary(name, compute).map((op, i) => {
    const f = formats[i === 0 ? 0 : 1];
    const lost = fromNumber(f, identity);
    return {
      ...op,
      evaluate: (a: bigint, b = 0n) => {
        const aQuiet = isNaNBits(f, a) && !isSignalling(f, a);
        const bQuiet = isNaNBits(f, b) && !isSignalling(f, b);
        if (aQuiet && !isNaNBits(f, b)) return op.evaluate(lost, b);
        if (bQuiet && !isNaNBits(f, a)) return op.evaluate(a, lost);
        return op.evaluate(a, b);
      },
    };
  });
}

function compare(name: string, compute: (a: number, b: number) => boolean): Op[] {
  return formats.map((f) => ({
    name: `${name}${f.width}`,
    args: [typeOf(f), typeOf(f)],
    result: 'i32',
    evaluate: (a, b = 0n) => (compute(toNumber(f, a), toNumber(f, b)) ? 1n : 0n),
  }));
}

function unary(name: string, compute: (a: number) => number): Op[] {
  return formats.map((f) => ({
    name: `${name}${f.width}`,
    args: [typeOf(f)],
    result: typeOf(f),
    evaluate: (a) => (isNaNBits(f, a) ? quiet(f, a) : fromNumber(f, compute(toNumber(f, a)))),
  }));
}

const keepSign = (a: number, rounded: number): number =>
  rounded === 0 && (a < 0 || Object.is(a, -0)) ? -0 : rounded;

const roundEven = (a: number): number => {
  const floor = Math.floor(a);
  const rest = a - floor;
  if (rest !== 0.5) return Math.abs(a) >= 2 ** 52 ? a : rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
};

const roundAway = (a: number): number => {
  const size = Math.abs(a);
  const floor = Math.floor(size);
  return Math.sign(a) * (size - floor >= 0.5 ? floor + 1 : floor);
};

/** Float to integer, towards zero, saturating; NaN is 0. Named by target and source width. */
function toInteger(isSigned: boolean): Op[] {
  return [32, 64].flatMap((width) =>
    formats.map((f): Op => {
      const low = isSigned ? -(1n << BigInt(width - 1)) : 0n;
      const high = isSigned ? mask(width - 1) : mask(width);
      return {
        name: `fcvtz${isSigned ? 's' : 'u'}${width}_${f.width}`,
        args: [typeOf(f)],
        result: width === 64 ? 'i64' : 'i32',
        evaluate: (a) => {
          const value = toNumber(f, a);
          if (Number.isNaN(value)) return 0n;
          if (value === Infinity) return bits(width, high);
          if (value === -Infinity) return bits(width, low);
          const integer = BigInt(Math.trunc(value));
          return bits(width, integer < low ? low : integer > high ? high : integer);
        },
      };
    }),
  );
}

/** Integer to float, rounded to nearest even. Named by target and source width. */
function fromInteger(isSigned: boolean): Op[] {
  return formats.flatMap((f) =>
    [32, 64].map(
      (width): Op => ({
        name: `${isSigned ? 's' : 'u'}cvtf${f.width}_${width}`,
        args: [width === 64 ? 'i64' : 'i32'],
        result: typeOf(f),
        evaluate: (a) => fromBigInt(f, isSigned ? signed(width, a) : a),
      }),
    ),
  );
}

/** Rounds once: going through a double first would round twice for single precision. */
function fromBigInt(f: FloatFormat, value: bigint): bigint {
  const size = value < 0n ? -value : value;
  const excess = size.toString(2).length - (f.fraction + 1);
  if (excess <= 0) return fromNumber(f, Number(value));
  const shift = BigInt(excess);
  const rest = size & mask(excess);
  const half = 1n << (shift - 1n);
  let kept = size >> shift;
  if (rest > half || (rest === half && (kept & 1n) === 1n)) kept++;
  const rounded = Number(kept) * 2 ** excess;
  return fromNumber(f, value < 0n ? -rounded : rounded);
}

function convert(from: FloatFormat, to: FloatFormat): Op {
  return {
    name: `fcvt${to.width}_${from.width}`,
    args: [typeOf(from)],
    result: typeOf(to),
    evaluate: (a) => {
      if (!isNaNBits(from, a)) return fromNumber(to, toNumber(from, a));
      const sign = (a >> BigInt(from.width - 1)) << BigInt(to.width - 1);
      const payload = a & mask(from.fraction);
      const shift = to.fraction - from.fraction;
      const moved = shift >= 0 ? payload << BigInt(shift) : payload >> BigInt(-shift);
      return sign | defaultNaN(to) | moved;
    },
  };
}

export const floatOps: readonly Op[] = [
  ...binary('fadd', (a, b) => a + b),
  ...binary('fsub', (a, b) => a - b),
  ...binary('fmul', (a, b) => a * b),
  ...binary('fdiv', (a, b) => a / b),
  ...binary('fmax', (a, b) => Math.max(a, b)),
  ...binary('fmin', (a, b) => Math.min(a, b)),
  ...number('fmaxnm', -Infinity, (a, b) => Math.max(a, b)),
  ...number('fminnm', Infinity, (a, b) => Math.min(a, b)),
  ...formats.map(
    (f): Op => ({
      name: `fma${f.width}`,
      args: [typeOf(f), typeOf(f), typeOf(f)],
      result: typeOf(f),
      evaluate: (a, b = 0n, c = 0n) => fusedMultiplyAdd(f, a, b, c),
    }),
  ),
  ...unary('fsqrt', Math.sqrt),
  ...unary('frintn', (a) => keepSign(a, roundEven(a))),
  ...unary('frintp', (a) => keepSign(a, Math.ceil(a))),
  ...unary('frintm', (a) => keepSign(a, Math.floor(a))),
  ...unary('frintz', (a) => keepSign(a, Math.trunc(a))),
  ...unary('frinta', (a) => keepSign(a, roundAway(a))),
  ...compare('feq', (a, b) => a === b),
  ...compare('flt', (a, b) => a < b),
  ...compare('fle', (a, b) => a <= b),
  ...toInteger(true),
  ...toInteger(false),
  ...fromInteger(true),
  ...fromInteger(false),
  convert(F32, F64),
  convert(F64, F32),
  convert(F16, F32),
  convert(F16, F64),
  convert(F32, F16),
  convert(F64, F16),
];
