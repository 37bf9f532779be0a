import type { Fields } from '../decode/pattern.ts';
import { i32, i64, op } from '../ir/build.ts';
import type { Expr } from '../ir/ir.ts';
import { type Builder, cond, constant, sized } from './builder.ts';
import type { Semantics, SemanticsTable } from './semantics.ts';

const SHIFTS = ['shl', 'lshr', 'ashr', 'ror'] as const;

const shifted = (f: Fields, b: Builder): Expr =>
  op(sized(SHIFTS[f.h] ?? 'shl', f.z), b.r(f.m, f.z), constant(f.z, f.i));

const isBadShift = (f: Fields, allowsRotate: boolean): boolean =>
  (!f.z && f.i >= 32) || (f.h === 3 && !allowsRotate);

type Logic = 'and' | 'or' | 'xor';

const logical =
  (name: Logic, inverts: boolean, setsFlags = false): Semantics =>
  (f, b) => {
    if (isBadShift(f, true)) return b.trap('unallocated');
    const right = inverts ? op(sized('not', f.z), shifted(f, b)) : shifted(f, b);
    const value = op(sized(name, f.z), b.r(f.n, f.z), right);
    if (!setsFlags) return b.setR(f.d, f.z, value);
    const kept = b.let(value);
    b.flags('and', kept, constant(f.z, 0));
    if (f.d !== 31) b.setR(f.d, f.z, kept);
  };

/** `set` differs: the plain extended forms write the stack pointer. */
function addOrSub(
  name: 'add' | 'sub',
  setsFlags: boolean,
  left: Expr,
  right: Expr,
  f: Fields,
  b: Builder,
  set: Builder['setR'],
) {
  if (!setsFlags) return set(f.d, f.z, op(sized(name, f.z), left, right));
  const a = b.let(left);
  const kept = b.let(right);
  b.flags(name, a, kept);
  if (f.d !== 31) b.setR(f.d, f.z, op(sized(name, f.z), a, kept));
}

const shiftedArithmetic =
  (name: 'add' | 'sub', setsFlags: boolean): Semantics =>
  (f, b) => {
    if (isBadShift(f, false)) return b.trap('unallocated');
    addOrSub(name, setsFlags, b.r(f.n, f.z), shifted(f, b), f, b, b.setR);
  };

/** UXTB, UXTH, UXTW, UXTX, SXTB, SXTH, SXTW, SXTX, as a 64-bit value. */
export function extend(option: number, n: number, b: Builder): Expr {
  switch (option) {
    case 0:
      return op('zext', op('and32', b.w(n), i32(0xff)));
    case 1:
      return op('zext', op('and32', b.w(n), i32(0xffff)));
    case 2:
      return op('zext', b.w(n));
    case 4:
      return op('sext', op('sext8', b.w(n)));
    case 5:
      return op('sext', op('sext16', b.w(n)));
    case 6:
      return op('sext', b.w(n));
    default:
      return b.x(n);
  }
}

const extendedArithmetic =
  (name: 'add' | 'sub', setsFlags: boolean): Semantics =>
  (f, b) => {
    if (f.i > 4) return b.trap('unallocated');
    const wide = extend(f.x, f.m, b);
    const right = op(sized('shl', f.z), f.z ? wide : op('trunc', wide), constant(f.z, f.i));
    addOrSub(name, setsFlags, b.rsp(f.n, f.z), right, f, b, b.setRsp);
  };

const withCarry =
  (kind: 'adc' | 'sbc', setsFlags: boolean): Semantics =>
  (f, b) => {
    const left = b.let(b.r(f.n, f.z));
    const right = b.let(kind === 'sbc' ? op(sized('not', f.z), b.r(f.m, f.z)) : b.r(f.m, f.z));
    const carry = cond(2);
    const sum = op(sized('add', f.z), op(sized('add', f.z), left, right), f.z ? op('zext', carry) : carry);
    const kept = b.let(sum);
    if (setsFlags) b.flags('adc', left, right);
    b.setR(f.d, f.z, kept);
  };

const conditionalCompare =
  (kind: 'add' | 'sub', isImmediate: boolean): Semantics =>
  (f, b) => {
    const right = isImmediate ? constant(f.z, f.m) : b.r(f.m, f.z);
    b.flagsWhen(f.c, kind, b.r(f.n, f.z), right, f.f);
  };

const conditionalSelect =
  (otherwise: (value: Expr, z: number) => Expr): Semantics =>
  (f, b) => {
    const value = op(sized('select', f.z), cond(f.c), b.r(f.n, f.z), otherwise(b.r(f.m, f.z), f.z));
    b.setR(f.d, f.z, value);
  };

const multiply =
  (combine: 'add' | 'sub'): Semantics =>
  (f, b) =>
    b.setR(
      f.d,
      f.z,
      op(sized(combine, f.z), b.r(f.a, f.z), op(sized('mul', f.z), b.r(f.n, f.z), b.r(f.m, f.z))),
    );

const multiplyLong =
  (widen: 'sext' | 'zext', combine: 'add' | 'sub'): Semantics =>
  (f, b) => {
    const product = op('mul64', op(widen, b.w(f.n)), op(widen, b.w(f.m)));
    b.setR(f.d, 1, op(`${combine}64`, b.x(f.a), product));
  };

const binary =
  (name: string): Semantics =>
  (f, b) =>
    b.setR(f.d, f.z, op(sized(name, f.z), b.r(f.n, f.z), b.r(f.m, f.z)));

const unary =
  (name: string): Semantics =>
  (f, b) =>
    b.setR(f.d, f.z, op(sized(name, f.z), b.r(f.n, f.z)));

/** Swaps the bytes inside each halfword. */
const rev16: Semantics = (f, b) => {
  const even = f.z ? 0x00ff00ff00ff00ffn : 0x00ff00ffn;
  const value = b.let(b.r(f.n, f.z));
  const up = op(sized('shl', f.z), op(sized('and', f.z), value, constant(f.z, even)), constant(f.z, 8));
  const down = op(sized('and', f.z), op(sized('lshr', f.z), value, constant(f.z, 8)), constant(f.z, even));
  b.setR(f.d, f.z, op(sized('or', f.z), up, down));
};

const rev32: Semantics = (f, b) => {
  if (!f.z) return unary('bswap')(f, b);
  b.setR(f.d, 1, op('ror64', op('bswap64', b.x(f.n)), i64(32)));
};

/** Leading bits that equal the sign bit, without it. */
const cls: Semantics = (f, b) => {
  const value = b.let(b.r(f.n, f.z));
  const changes = op(sized('xor', f.z), value, op(sized('ashr', f.z), value, constant(f.z, 1)));
  const ones = op(sized('or', f.z), op(sized('shl', f.z), changes, constant(f.z, 1)), constant(f.z, 1));
  b.setR(f.d, f.z, op(sized('clz', f.z), ones));
};

const checksum =
  (name: string): Semantics =>
  (f, b) => {
    if ((f.s === 3) !== (f.z === 1)) return b.trap('unallocated');
    b.setR(f.d, 0, op(`${name}_${8 << f.s}`, b.w(f.n), f.z ? b.x(f.m) : b.w(f.m)));
  };

export const registerSemantics: SemanticsTable = {
  and_reg: logical('and', false),
  bic_reg: logical('and', true),
  orr_reg: logical('or', false),
  orn_reg: logical('or', true),
  eor_reg: logical('xor', false),
  eon_reg: logical('xor', true),
  ands_reg: logical('and', false, true),
  bics_reg: logical('and', true, true),
  add_shifted: shiftedArithmetic('add', false),
  adds_shifted: shiftedArithmetic('add', true),
  sub_shifted: shiftedArithmetic('sub', false),
  subs_shifted: shiftedArithmetic('sub', true),
  add_extended: extendedArithmetic('add', false),
  adds_extended: extendedArithmetic('add', true),
  sub_extended: extendedArithmetic('sub', false),
  subs_extended: extendedArithmetic('sub', true),
  adc: withCarry('adc', false),
  adcs: withCarry('adc', true),
  sbc: withCarry('sbc', false),
  sbcs: withCarry('sbc', true),
  ccmn_reg: conditionalCompare('add', false),
  ccmp_reg: conditionalCompare('sub', false),
  ccmn_imm: conditionalCompare('add', true),
  ccmp_imm: conditionalCompare('sub', true),
  csel: conditionalSelect((value) => value),
  csinc: conditionalSelect((value, z) => op(sized('add', z), value, constant(z, 1))),
  csinv: conditionalSelect((value, z) => op(sized('not', z), value)),
  csneg: conditionalSelect((value, z) => op(sized('sub', z), constant(z, 0), value)),
  madd: multiply('add'),
  msub: multiply('sub'),
  smaddl: multiplyLong('sext', 'add'),
  smsubl: multiplyLong('sext', 'sub'),
  umaddl: multiplyLong('zext', 'add'),
  umsubl: multiplyLong('zext', 'sub'),
  smulh: (f, b) => b.setR(f.d, 1, op('smulh', b.x(f.n), b.x(f.m))),
  umulh: (f, b) => b.setR(f.d, 1, op('umulh', b.x(f.n), b.x(f.m))),
  udiv: binary('udiv'),
  sdiv: binary('sdiv'),
  lslv: binary('shl'),
  lsrv: binary('lshr'),
  asrv: binary('ashr'),
  rorv: binary('ror'),
  crc32: checksum('crc32'),
  crc32c: checksum('crc32c'),
  rbit: unary('rbit'),
  rev16,
  rev_or_rev32: rev32,
  rev64: (f, b) => b.setR(f.d, 1, op('bswap64', b.x(f.n))),
  clz: unary('clz'),
  cls,
};
