import type { Fields } from '../decode/pattern.ts';
import { op } from '../ir/build.ts';
import type { Expr } from '../ir/ir.ts';
import { type Builder, zeroV } from './builder.ts';
import { absoluteF, readF, writeF } from './float.ts';
import { setVector, unzip } from './lanes.ts';
import type { Semantics, SemanticsTable } from './semantics.ts';

export const not = (e: Expr): Expr => op('vnot', e);

export const bitSelect = (mask: Expr, yes: Expr, no: Expr): Expr =>
  op('vor', op('vand', yes, mask), op('vand', no, not(mask)));

/** Opcode 00011: the size picks one of eight bitwise operations. */
function bitwise(f: Fields, b: Builder): Expr {
  const [n, m, d] = [b.v(f.n), b.v(f.m), b.v(f.d)];
  switch (f.u * 4 + f.s) {
    case 0:
      return op('vand', n, m);
    case 1:
      return op('vand', n, not(m));
    case 2:
      return op('vor', n, m);
    case 3:
      return op('vor', n, not(m));
    case 4:
      return op('vxor', n, m);
    case 5:
      return bitSelect(d, n, m);
    case 6:
      return bitSelect(m, n, d);
    default:
      return bitSelect(m, d, n);
  }
}

type Lanes = (f: Fields, b: Builder, width: number) => Expr | undefined;

const both =
  (signedName: string, unsignedName: string): Lanes =>
  (f, b, width) =>
    op(`${f.u ? unsignedName : signedName}${width}`, b.v(f.n), b.v(f.m));

/** Only for lanes of up to 32 bits. */
const small =
  (lanes: Lanes): Lanes =>
  (f, b, width) =>
    width === 64 ? undefined : lanes(f, b, width);

const pairwise =
  (name: string): Lanes =>
  (f, b, width) =>
    op(`${name}${width}`, unzip(width, f.q, b.v(f.n), b.v(f.m), 0), unzip(width, f.q, b.v(f.n), b.v(f.m), 1));

/** a ≥ b is b > a, turned round. */
const atLeast: Lanes = (f, b, width) => not(op(`${f.u ? 'vugt' : 'vsgt'}${width}`, b.v(f.m), b.v(f.n)));

const equalOrTest: Lanes = (f, b, width) =>
  f.u ? op(`veq${width}`, b.v(f.n), b.v(f.m)) : not(op(`veq${width}`, op('vand', b.v(f.n), b.v(f.m)), zeroV));

const multiplyAdd: Lanes = (f, b, width) =>
  op(`${f.u ? 'vsub' : 'vadd'}${width}`, b.v(f.d), op(`vmul${width}`, b.v(f.n), b.v(f.m)));

const accumulateDifference: Lanes = (f, b, width) =>
  op(`vadd${width}`, b.v(f.d), op(`${f.u ? 'vuabd' : 'vsabd'}${width}`, b.v(f.n), b.v(f.m)));

const INTEGER: Readonly<Record<number, Lanes>> = {
  0: small(both('vshadd', 'vuhadd')),
  1: both('vsqadd', 'vuqadd'),
  2: small(both('vsrhadd', 'vurhadd')),
  4: small(both('vshsub', 'vuhsub')),
  5: both('vsqsub', 'vuqsub'),
  6: both('vsgt', 'vugt'),
  7: atLeast,
  8: both('vsshl', 'vushl'),
  9: both('vsqshl', 'vuqshl'),
  10: both('vsrshl', 'vurshl'),
  11: both('vsqrshl', 'vuqrshl'),
  12: small(both('vsmax', 'vumax')),
  13: small(both('vsmin', 'vumin')),
  14: small(both('vsabd', 'vuabd')),
  15: small(accumulateDifference),
  16: both('vadd', 'vsub'),
  17: equalOrTest,
  18: small(multiplyAdd),
  19: small((f, b, width) => (f.u && width > 8 ? undefined : both('vmul', 'vpmul')(f, b, width))),
  20: small((f, b, width) => pairwise(f.u ? 'vumax' : 'vsmax')(f, b, width)),
  21: small((f, b, width) => pairwise(f.u ? 'vumin' : 'vsmin')(f, b, width)),
  22: (f, b, width) =>
    width === 16 || width === 32 ? both('vsqdmulh', 'vsqrdmulh')(f, b, width) : undefined,
  23: (f, b, width) => (f.u ? undefined : pairwise('vadd')(f, b, width)),
};

export const absoluteLanes = (width: number, value: Expr): Expr => {
  const ones = (1n << BigInt(width - 1)) - 1n;
  let mask = 0n;
  for (let at = 0; at < 128; at += width) mask |= ones << BigInt(at);
  return op('vand', value, { k: 'const', type: 'v128', value: mask });
};

export const negateLanes = (width: number, value: Expr): Expr => {
  let mask = 0n;
  for (let at = 0; at < 128; at += width) mask |= 1n << BigInt(at + width - 1);
  return op('vxor', value, { k: 'const', type: 'v128', value: mask });
};

/** u, the upper size bit, opcode − 24. */
function floating(f: Fields, b: Builder): Expr | undefined {
  const width = f.s & 1 ? 64 : 32;
  const [n, m] = [b.v(f.n), b.v(f.m)];
  const lane = (name: string, ...args: Expr[]): Expr => op(`v${name}${width}`, ...args);
  const pair = (name: string): Expr | undefined => pairwise(`v${name}`)(f, b, width);
  switch (`${f.u}${f.s >> 1}:${f.o}`) {
    case '00:24':
      return lane('fmaxnm', n, m);
    case '01:24':
      return lane('fminnm', n, m);
    case '10:24':
      return pair('fmaxnm');
    case '11:24':
      return pair('fminnm');
    case '00:25':
      return lane('fma', n, m, b.v(f.d));
    case '01:25':
      return lane('fma', negateLanes(width, n), m, b.v(f.d));
    case '00:26':
      return lane('fadd', n, m);
    case '01:26':
      return lane('fsub', n, m);
    case '10:26':
      return pair('fadd');
    case '11:26':
      return absoluteLanes(width, lane('fsub', n, m));
    case '10:27':
      return lane('fmul', n, m);
    case '00:28':
      return lane('feq', n, m);
    case '10:28':
      return lane('fle', m, n);
    case '11:28':
      return lane('flt', m, n);
    case '10:29':
      return lane('fle', absoluteLanes(width, m), absoluteLanes(width, n));
    case '11:29':
      return lane('flt', absoluteLanes(width, m), absoluteLanes(width, n));
    case '00:30':
      return lane('fmax', n, m);
    case '01:30':
      return lane('fmin', n, m);
    case '10:30':
      return pair('fmax');
    case '11:30':
      return pair('fmin');
    case '10:31':
      return lane('fdiv', n, m);
    default:
      return undefined;
  }
}

const threeSame: Semantics = (f, b) => {
  if (f.o === 3) return setVector(b, f.d, f.q, bitwise(f, b));
  const width = f.o >= 24 ? (f.s & 1 ? 64 : 32) : 8 << f.s;
  if (width === 64 && !f.q && !isLongHalf(f)) return b.trap('unallocated');
  const value = f.o >= 24 ? floating(f, b) : INTEGER[f.o]?.(f, b, width);
  if (value === undefined) return b.trap(isStep(f) ? 'unsupported' : 'unallocated');
  setVector(b, f.d, f.q, value);
};

/** FMULX, FRECPS and FRSQRTS; FMLAL and FMLSL of half precision. */
const isStep = (f: Fields): boolean =>
  (!f.u && f.o === 31) || (!f.u && f.o === 27 && f.s < 2) || isLongHalf(f);

const isLongHalf = (f: Fields): boolean => f.o === (f.u ? 25 : 29);

/** The scalar forms compute in lane 0 and clear the rest. */
const SCALAR_INTEGER = [1, 5, 6, 7, 8, 9, 10, 11, 16, 17];
/** Those that saturate have lanes of any width. */
const ANY_WIDTH = [1, 5, 9, 11];
const SCALAR_FLOAT = [28, 29];

const scalarThreeSame: Semantics = (f, b) => {
  if (f.o === 26 && f.u === 1 && f.s >= 2) {
    const width = f.s & 1 ? 64 : 32;
    return writeF(
      b,
      f.d,
      width,
      absoluteF(width, op(`fsub${width}`, readF(b, f.n, width), readF(b, f.m, width))),
    );
  }
  if (SCALAR_INTEGER.includes(f.o)) {
    const value = f.s === 3 || ANY_WIDTH.includes(f.o) ? INTEGER[f.o]?.(f, b, 8 << f.s) : undefined;
    return value ? clearAbove(b, f.d, 8 << f.s, value) : b.trap('unallocated');
  }
  if (f.o === 22) {
    const value = INTEGER[22]?.(f, b, 8 << f.s);
    return value ? clearAbove(b, f.d, 8 << f.s, value) : b.trap('unallocated');
  }
  const value = SCALAR_FLOAT.includes(f.o) ? floating(f, b) : undefined;
  if (value === undefined)
    return b.trap(isStep(f) && f.o !== 25 && f.o !== 29 ? 'unsupported' : 'unallocated');
  clearAbove(b, f.d, f.s & 1 ? 64 : 32, value);
};

export function clearAbove(b: Builder, d: number, width: number, value: Expr): void {
  const zero: Expr = { k: 'const', type: 'i32', value: 0n };
  const lane = op(`vget${width}`, value, zero);
  b.setV(d, op('vlow', width === 64 ? lane : op('zext', lane)));
}

export const vectorSameSemantics: SemanticsTable = {
  simd_three_same: threeSame,
  scalar_three_same: scalarThreeSame,
};
