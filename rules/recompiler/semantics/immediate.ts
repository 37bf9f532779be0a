import type { Fields } from '../decode/pattern.ts';
import { op } from '../ir/build.ts';
import type { Expr } from '../ir/ir.ts';
import { type Builder, constant, pcRelative, signExtend, sized } from './builder.ts';
import { bitMask } from './immediates.ts';
import type { Semantics, SemanticsTable } from './semantics.ts';

const addressOf =
  (isPage: boolean): Semantics =>
  (f, b) => {
    const imm = signExtend((f.h << 2) | f.l, 21);
    b.setR(f.d, 1, pcRelative(isPage ? imm * 4096 : imm, isPage));
  };

const arithmetic =
  (name: 'add' | 'sub', setsFlags: boolean): Semantics =>
  (f, b) => {
    const right = constant(f.z, f.s ? f.i * 4096 : f.i);
    const left = b.rsp(f.n, f.z);
    if (!setsFlags) return b.setRsp(f.d, f.z, op(sized(name, f.z), left, right));
    const kept = b.let(left);
    b.flags(name, kept, right);
    if (f.d !== 31) b.setR(f.d, f.z, op(sized(name, f.z), kept, right));
  };

const logical =
  (name: 'and' | 'or' | 'xor', setsFlags: boolean): Semantics =>
  (f, b) => {
    const immediate = bitMask(f.N, f.r, f.s, f.z ? 64 : 32);
    if (immediate === undefined) return b.trap('unallocated');
    const value = op(sized(name, f.z), b.r(f.n, f.z), constant(f.z, immediate));
    if (!setsFlags) return b.setRsp(f.d, f.z, value);
    const kept = b.let(value);
    b.flags('and', kept, constant(f.z, 0));
    if (f.d !== 31) b.setR(f.d, f.z, kept);
  };

const move =
  (combine: (f: Fields, b: Builder, immediate: bigint, shift: number) => Expr): Semantics =>
  (f, b) => {
    if (!f.z && f.h >= 2) return b.trap('unallocated');
    b.setR(f.d, f.z, combine(f, b, BigInt(f.i) << BigInt(f.h * 16), f.h * 16));
  };

const isBadField = (f: Fields): boolean => f.N !== f.z || (!f.z && (f.r >= 32 || f.s >= 32));

/** Bit field moves: a field of Rn is moved to the bottom (immr ≤ imms) or up from it. */
const extract =
  (isSigned: boolean): Semantics =>
  (f, b) => {
    if (isBadField(f)) return b.trap('unallocated');
    const width = f.z ? 64 : 32;
    const source = b.r(f.n, f.z);
    const right = sized(isSigned ? 'ashr' : 'lshr', f.z);
    const left = sized('shl', f.z);
    const size = f.s + 1;
    const up = op(left, source, constant(f.z, width - size));
    const down = f.s >= f.r ? width - size + f.r : width - size - (width - f.r);
    b.setR(f.d, f.z, op(right, up, constant(f.z, down)));
  };

const insert: Semantics = (f, b) => {
  if (isBadField(f)) return b.trap('unallocated');
  const width = f.z ? 64 : 32;
  const size = f.s >= f.r ? f.s - f.r + 1 : f.s + 1;
  const to = f.s >= f.r ? 0 : width - f.r;
  const from = f.s >= f.r ? f.r : 0;
  const ones = (1n << BigInt(size)) - 1n;
  const field = op(
    sized('and', f.z),
    op(sized('lshr', f.z), b.r(f.n, f.z), constant(f.z, from)),
    constant(f.z, ones),
  );
  const rest = op(sized('and', f.z), b.r(f.d, f.z), constant(f.z, ~(ones << BigInt(to))));
  b.setR(f.d, f.z, op(sized('or', f.z), rest, op(sized('shl', f.z), field, constant(f.z, to))));
};

const extr: Semantics = (f, b) => {
  if (f.N !== f.z || (!f.z && f.s >= 32)) return b.trap('unallocated');
  const width = f.z ? 64 : 32;
  if (f.n === f.m) return b.setR(f.d, f.z, op(sized('ror', f.z), b.r(f.n, f.z), constant(f.z, f.s)));
  if (f.s === 0) return b.setR(f.d, f.z, b.r(f.m, f.z));
  const low = op(sized('lshr', f.z), b.r(f.m, f.z), constant(f.z, f.s));
  const high = op(sized('shl', f.z), b.r(f.n, f.z), constant(f.z, width - f.s));
  b.setR(f.d, f.z, op(sized('or', f.z), low, high));
};

export const immediateSemantics: SemanticsTable = {
  adr: addressOf(false),
  adrp: addressOf(true),
  add_imm: arithmetic('add', false),
  adds_imm: arithmetic('add', true),
  sub_imm: arithmetic('sub', false),
  subs_imm: arithmetic('sub', true),
  and_imm: logical('and', false),
  orr_imm: logical('or', false),
  eor_imm: logical('xor', false),
  ands_imm: logical('and', true),
  movz: move((f, _, value) => constant(f.z, value)),
  movn: move((f, _, value) => constant(f.z, ~value)),
  movk: move((f, b, value, shift) => {
    const hole = ~(0xffffn << BigInt(shift));
    return op(
      sized('or', f.z),
      op(sized('and', f.z), b.r(f.d, f.z), constant(f.z, hole)),
      constant(f.z, value),
    );
  }),
  sbfm: extract(true),
  ubfm: extract(false),
  bfm: insert,
  extr,
};
