import type { Fields } from '../decode/pattern.ts';
import { i32, op } from '../ir/build.ts';
import type { Expr } from '../ir/ir.ts';
import { type Builder, zeroV } from './builder.ts';
import { writeF } from './float.ts';
import { narrow, reduce, setVector, shuffle, widen } from './lanes.ts';
import type { Semantics, SemanticsTable } from './semantics.ts';
import { absoluteLanes, bitSelect, clearAbove, negateLanes, not } from './vector-same.ts';

/** The order of lanes turned round inside each group of `bytes`. */
function reverseIn(bytes: number, width: number, value: Expr): Expr {
  const per = (bytes * 8) / width;
  const order = Array.from({ length: 128 / width }, (_, i) => i - (i % per) + (per - 1 - (i % per)));
  return shuffle(width, value, value, order);
}

const absoluteValue = (width: number, value: Expr): Expr => {
  const negative = op(`vashr${width}`, value, i32(width - 1));
  return op(`vsub${width}`, op('vxor', value, negative), negative);
};

/** Neighbouring lanes added at twice their width. */
function pairSums(f: Fields, value: Expr, width: number): Expr {
  const wide = width * 2;
  const low = f.u
    ? op(`vlshr${wide}`, op(`vshl${wide}`, value, i32(width)), i32(width))
    : op(`vashr${wide}`, op(`vshl${wide}`, value, i32(width)), i32(width));
  return op(`vadd${wide}`, low, op(`${f.u ? 'vlshr' : 'vashr'}${wide}`, value, i32(width)));
}

function integer(f: Fields, b: Builder, width: number): Expr | undefined {
  const n = b.v(f.n);
  const compare = (name: string, swapped = false): Expr =>
    swapped ? op(`${name}${width}`, zeroV, n) : op(`${name}${width}`, n, zeroV);
  switch (`${f.u}:${f.o}`) {
    case '0:0':
      return width === 64 ? undefined : reverseIn(8, width, n);
    case '1:0':
      return width > 16 ? undefined : reverseIn(4, width, n);
    case '0:1':
      return width > 8 ? undefined : reverseIn(2, width, n);
    case '0:2':
    case '1:2':
      return width === 64 ? undefined : pairSums(f, n, width);
    case '0:6':
    case '1:6':
      return width === 64 ? undefined : op(`vadd${width * 2}`, b.v(f.d), pairSums(f, n, width));
    case '0:3':
      return op(`vsuqadd${width}`, b.v(f.d), n);
    case '1:3':
      return op(`vusqadd${width}`, b.v(f.d), n);
    case '0:4':
      return width === 64 ? undefined : leadingSigns(width, n);
    case '0:7':
    case '1:7':
      return saturatingNegate(f, width, b.let(n));
    case '1:4':
      return width === 64 ? undefined : op(`vclz${width}`, n);
    case '0:5':
      return width === 8 ? op('vcnt8', n) : undefined;
    case '1:5':
      return width === 8 ? not(n) : width === 16 ? reverseBits(n) : undefined;
    case '0:8':
      return compare('vsgt');
    case '1:8':
      return not(compare('vsgt', true));
    case '0:9':
      return compare('veq');
    case '1:9':
      return not(compare('vsgt'));
    case '0:10':
      return compare('vsgt', true);
    case '0:11':
      return absoluteValue(width, n);
    case '1:11':
      return op(`vsub${width}`, zeroV, n);
    default:
      return undefined;
  }
}

/** Bits that are as the sign is, after it. */
function leadingSigns(width: number, n: Expr): Expr {
  const turned = op('vxor', n, op(`vashr${width}`, n, i32(width - 1)));
  return op(`vsub${width}`, op(`vclz${width}`, turned), op(`vsplat${width}`, i32(1)));
}

/** SQNEG, or SQABS, which does it to what is negative. */
function saturatingNegate(f: Fields, width: number, n: Expr): Expr {
  const negated = op(`vsqsub${width}`, zeroV, n);
  return f.u ? negated : bitSelect(op(`vsgt${width}`, zeroV, n), negated, n);
}

/** The bits of each byte turned round, in three exchanges. */
function reverseBits(value: Expr): Expr {
  const byte = (pattern: bigint): Expr => ({ k: 'const', type: 'v128', value: repeatByte(pattern) });
  const exchange = (e: Expr, by: number, low: bigint): Expr =>
    op(
      'vor',
      op('vshl8', op('vand', e, byte(low)), i32(by)),
      op('vand', op('vlshr8', e, i32(by)), byte(low)),
    );
  return exchange(exchange(exchange(value, 1, 0x55n), 2, 0x33n), 4, 0x0fn);
}

const repeatByte = (value: bigint): bigint => value * 0x0101_0101_0101_0101_0101_0101_0101_0101n;

/** Opcode and the upper size bit: the floating-point ones. */
function floating(f: Fields, b: Builder, width: 32 | 64): Expr | undefined {
  const n = b.v(f.n);
  const lane = (name: string, ...args: Expr[]): Expr => op(`v${name}${width}`, ...args);
  const convert = (rounding: string): Expr => {
    const whole = rounding === '' ? n : lane(rounding, n);
    return lane(f.u ? 'fcvtzu' : 'fcvtzs', whole);
  };
  switch (`${f.s >> 1}:${f.o}:${f.u}`) {
    case '1:12:0':
      return lane('flt', zeroV, n);
    case '1:12:1':
      return lane('fle', zeroV, n);
    case '1:13:0':
      return lane('feq', n, zeroV);
    case '1:13:1':
      return lane('fle', n, zeroV);
    case '1:14:0':
      return lane('flt', n, zeroV);
    case '1:15:0':
      return absoluteLanes(width, n);
    case '1:15:1':
      return negateLanes(width, n);
    case '0:24:0':
      return lane('frintn', n);
    case '1:24:0':
      return lane('frintp', n);
    case '0:24:1':
      return lane('frinta', n);
    case '0:25:0':
      return lane('frintm', n);
    case '1:25:0':
      return lane('frintz', n);
    case '0:25:1':
    case '1:25:1':
      return lane('frintn', n);
    case '0:26:0':
    case '0:26:1':
      return convert('frintn');
    case '1:26:0':
    case '1:26:1':
      return convert('frintp');
    case '0:27:0':
    case '0:27:1':
      return convert('frintm');
    case '1:27:0':
    case '1:27:1':
      return convert('');
    case '0:28:0':
    case '0:28:1':
      return convert('frinta');
    case '0:29:0':
      return lane('scvtf', n);
    case '0:29:1':
      return lane('ucvtf', n);
    case '1:31:1':
      return lane('fsqrt', n);
    default:
      return undefined;
  }
}

/** FCVTL and FCVTN between half and single. */
function changeHalf(f: Fields, b: Builder) {
  const n = b.let(b.v(f.n));
  if (f.o === 23) {
    const wide = (i: number): Expr => op('fcvt32_16', op('vget16', n, i32((f.q ? 4 : 0) + i)));
    return b.setV(f.d, fromWords([0, 1, 2, 3].map(wide), 32));
  }
  const thin = fromWords(
    [0, 1, 2, 3].map((i) => op('fcvt16_32', op('vget32', n, i32(i)))),
    16,
  );
  b.setV(f.d, f.q ? op('vset64', b.v(f.d), i32(1), op('vget64', thin, i32(0))) : thin);
}

const fromWords = (lanes: readonly Expr[], width: number): Expr =>
  lanes.reduce((all, lane, i) => op(`vset${width}`, all, i32(i), lane), zeroV);

/** FCVTL and FCVTN between single and double. */
function changePrecision(f: Fields, b: Builder) {
  if (f.s > 1) return b.trap('unallocated');
  if (f.s === 0) return changeHalf(f, b);
  const n = b.let(b.v(f.n));
  if (f.o === 23) {
    const first = f.q ? 2 : 0;
    const wide = (i: number): Expr => op('fcvt64_32', op('vget32', n, i32(first + i)));
    return b.setV(f.d, op('vset64', op('vlow', wide(0)), i32(1), wide(1)));
  }
  const thin = (i: number): Expr => op('fcvt32_64', op('vget64', n, i32(i)));
  const pair = op('vset32', op('vlow', op('zext', thin(0))), i32(1), thin(1));
  b.setV(f.d, f.q ? op('vset64', b.v(f.d), i32(1), op('vget64', pair, i32(0))) : pair);
}

/** SQXTUN, SQXTN, UQXTN: into the range of half a lane, and packed. */
const SATURATING_NARROW: Readonly<Record<string, string>> = {
  '1:18': 'vsuhalf',
  '0:20': 'vsqhalf',
  '1:20': 'vuqhalf',
};

/** What is an instruction, but has no meaning here: estimates, and what rounds to odd or to 32 and 64 bits. */
const isEstimate = (f: Fields, isScalar: boolean): boolean => {
  if (f.o === 29 && f.s >= 2) return true;
  if (isScalar) return (f.o === 31 && f.s >= 2 && !f.u) || (f.o === 22 && f.u === 1 && f.s === 1);
  return (
    (f.o === 28 && f.s === 2) ||
    ((f.o === 30 || (f.o === 31 && f.s < 2)) && f.s < 2) ||
    (f.o === 22 && f.u === 1 && f.s === 1)
  );
};

const twoMisc: Semantics = (f, b) => {
  const width = 8 << f.s;
  const kind = SATURATING_NARROW[`${f.u}:${f.o}`];
  if (kind !== undefined) {
    if (f.s === 3) return b.trap('unallocated');
    return b.setV(f.d, narrow(width, op(`${kind}${width * 2}`, b.v(f.n)), f.q ? b.v(f.d) : undefined));
  }
  if (f.o === 18 && !f.u)
    return f.s === 3
      ? b.trap('unallocated')
      : b.setV(f.d, narrow(width, b.v(f.n), f.q ? b.v(f.d) : undefined));
  if (f.o === 19 && f.u) {
    if (f.s === 3) return b.trap('unallocated');
    return b.setV(f.d, op(`vshl${width * 2}`, widen(width, b.v(f.n), false, f.q === 1), i32(width)));
  }
  if ((f.o === 22 || f.o === 23) && !f.u) return changePrecision(f, b);
  const isFloat = f.o >= 24 || (f.o >= 12 && f.o <= 15);
  const size = isFloat ? (f.s & 1 ? 64 : 32) : width;
  if (size === 64 && !f.q) return b.trap('unallocated');
  const value = isFloat ? floating(f, b, size === 64 ? 64 : 32) : integer(f, b, size);
  if (value === undefined) return b.trap(isEstimate(f, false) ? 'unsupported' : 'unallocated');
  setVector(b, f.d, f.q, value);
};

const SCALAR_FLOAT = [12, 13, 14, 26, 27, 28, 29];

const scalarTwoMisc: Semantics = (f, b) => {
  const isFloat = SCALAR_FLOAT.includes(f.o);
  const width = f.s & 1 ? 64 : 32;
  const kind = SATURATING_NARROW[`${f.u}:${f.o}`];
  if (kind !== undefined) {
    if (f.s === 3) return b.trap('unallocated');
    return clearAbove(b, f.d, 8 << f.s, narrow(8 << f.s, op(`${kind}${16 << f.s}`, b.v(f.n)), undefined));
  }
  if (f.o === 3 || f.o === 7) {
    const value = integer(f, b, 8 << f.s);
    return value ? clearAbove(b, f.d, 8 << f.s, value) : b.trap('unallocated');
  }
  if (!isFloat && (f.s !== 3 || ![8, 9, 10, 11].includes(f.o)))
    return b.trap(isEstimate(f, true) ? 'unsupported' : 'unallocated');
  const value = isFloat ? floating(f, b, width) : integer(f, b, 64);
  if (value === undefined) return b.trap(isEstimate(f, true) ? 'unsupported' : 'unallocated');
  clearAbove(b, f.d, isFloat ? width : 64, value);
};

/** Sums, maxima and minima over all lanes. */
const across: Semantics = (f, b) => {
  const width = 8 << f.s;
  const n = b.v(f.n);
  if (f.o === 12 || f.o === 15) return acrossFloat(f, b);
  if (f.s === 3 || (f.s === 2 && !f.q)) return b.trap('unallocated');
  if (f.o === 3) {
    // Pair sums have twice the width already; then add those.
    const sums = pairSums(f, n, width);
    return clearAbove(b, f.d, width * 2, reduceWide(width * 2, f.q, sums, b));
  }
  const name =
    f.o === 27 && !f.u
      ? 'vadd'
      : f.o === 10
        ? f.u
          ? 'vumax'
          : 'vsmax'
        : f.o === 26
          ? f.u
            ? 'vumin'
            : 'vsmin'
          : '';
  if (name === '') return b.trap('unallocated');
  clearAbove(b, f.d, width, reduce(width, f.q, n, name, b));
};

const reduceWide = (width: number, q: number, value: Expr, b: Builder): Expr =>
  width === 64 && !q ? value : reduce(width, q, value, 'vadd', b);

function acrossFloat(f: Fields, b: Builder) {
  // Of half precision.
  if (!f.u) return b.trap(f.s & 1 ? 'unallocated' : 'unsupported');
  if (f.s & 1 || !f.q) return b.trap('unallocated');
  const name = `${f.s >> 1 ? 'fmin' : 'fmax'}${f.o === 12 ? 'nm' : ''}32`;
  const lane = (i: number): Expr => op('vget32', b.v(f.n), i32(i));
  const low = op(name, lane(0), lane(1));
  writeF(b, f.d, 32, op(name, low, op(name, lane(2), lane(3))));
}

const scalarPairwise: Semantics = (f, b) => {
  if (f.o === 27 && !f.u && f.s === 3) {
    const sum = op('add64', op('vget64', b.v(f.n), i32(0)), op('vget64', b.v(f.n), i32(1)));
    return writeF(b, f.d, 64, sum);
  }
  const names: Readonly<Record<number, string>> = { 12: 'nm', 13: 'fadd', 15: '' };
  const kind = names[f.o];
  if (kind === undefined || (f.o === 13 && f.s >= 2)) return b.trap('unallocated');
  // Of half precision.
  if (!f.u) return b.trap(f.s & 1 ? 'unallocated' : 'unsupported');
  const width = f.s & 1 ? 64 : 32;
  const name = kind === 'fadd' ? kind : `${f.s >> 1 ? 'fmin' : 'fmax'}${kind}`;
  const lane = (i: number): Expr => op(`vget${width}`, b.v(f.n), i32(i));
  writeF(b, f.d, width, op(`${name}${width}`, lane(0), lane(1)));
};

export const vectorMiscSemantics: SemanticsTable = {
  simd_two_misc: twoMisc,
  scalar_two_misc: scalarTwoMisc,
  simd_across: across,
  scalar_pairwise: scalarPairwise,
};
