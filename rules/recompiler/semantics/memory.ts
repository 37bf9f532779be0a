import type { Fields } from '../decode/pattern.ts';
import { i32, i64, load, op } from '../ir/build.ts';
import type { Expr, MemorySize } from '../ir/ir.ts';
import { type Builder, pcRelative, signExtend } from './builder.ts';
import { extend } from './register.ts';
import type { Semantics, SemanticsTable } from './semantics.ts';

const SIZES: readonly MemorySize[] = [8, 16, 32, 64, 128];
export const sizeOf = (log2Bytes: number): MemorySize => SIZES[log2Bytes] ?? 8;

export const plus = (base: Expr, offset: number): Expr => op('add64', base, i64(offset));

/** Moves `size` bits between memory and a register; opc: 0 store, 1 load, 2 load signed to X, 3 load signed to W. */
function transfer(b: Builder, log2Bytes: number, opc: number, t: number, address: Expr) {
  const size = sizeOf(log2Bytes);
  if (opc === 0) return b.store(size, address, size === 64 ? b.x(t) : b.w(t));
  if (log2Bytes === 3) return opc === 1 ? b.setR(t, 1, load(64, address)) : undefined;
  if (opc === 1) return b.setR(t, 0, load(size, address));
  if (log2Bytes === 2) return opc === 2 ? b.setR(t, 1, op('sext', load(32, address))) : b.trap('unallocated');
  const narrow = op(log2Bytes === 0 ? 'sext8' : 'sext16', load(size, address));
  if (opc === 2) b.setR(t, 1, op('sext', narrow));
  else b.setR(t, 0, narrow);
}

/** size:opc → the register's log2 bytes, and whether it is loaded. */
function transferV(b: Builder, f: Fields, address: Expr): void {
  const scale = scaleOfV(f);
  if (f.o & 1) loadV(b, scale, f.t, address);
  else storeV(b, scale, f.t, address);
}

const scaleOfV = (f: Fields): number => (f.o & 2) * 2 + f.s;

export function loadV(b: Builder, log2Bytes: number, t: number, address: Expr): void {
  b.setV(t, widenToV(load(sizeOf(log2Bytes), address), log2Bytes));
}

const widenToV = (value: Expr, log2Bytes: number): Expr =>
  log2Bytes === 4 ? value : op('vlow', log2Bytes === 3 ? value : op('zext', value));

export function storeV(b: Builder, log2Bytes: number, t: number, address: Expr): void {
  const size = sizeOf(log2Bytes);
  b.store(size, address, size === 128 ? b.v(t) : op(`vget${size}`, b.v(t), i32(0)));
}

type Transfer = (b: Builder, f: Fields, address: Expr) => void;

const general: Transfer = (b, f, address) => {
  // size 3, opc 2 is a prefetch.
  if (f.s === 3 && f.o === 2) return;
  generalOnly(b, f, address);
};

/** The modes that write back, and the unprivileged one, have no prefetch. */
const generalOnly: Transfer = (b, f, address) => {
  if (f.s === 3 && f.o >= 2) return b.trap('unallocated');
  transfer(b, f.s, f.o, f.t, address);
};

const vector: Transfer = (b, f, address) => {
  if (f.o & 2 && f.s !== 0) return b.trap('unallocated');
  transferV(b, f, address);
};

const unscaled =
  (move: Transfer): Semantics =>
  (f, b) =>
    move(b, f, plus(b.rsp(f.n, 1), signExtend(f.i, 9)));

const scaled =
  (move: Transfer, scale: (f: Fields) => number): Semantics =>
  (f, b) =>
    move(b, f, plus(b.rsp(f.n, 1), f.i << scale(f)));

/** Where the base is also what is loaded or stored, the manual leaves the result open; the new base wins here. */
const writeBack =
  (move: Transfer, isPost: boolean): Semantics =>
  (f, b) => {
    const base = b.let(b.rsp(f.n, 1));
    const updated = b.let(plus(base, signExtend(f.i, 9)));
    move(b, f, isPost ? base : updated);
    if (b.flow.k !== 'trap') b.setRsp(f.n, 1, updated);
  };

const registerOffset =
  (move: Transfer, scale: (f: Fields) => number): Semantics =>
  (f, b) => {
    if (!(f.x & 2)) return b.trap('unallocated');
    const offset = op('shl64', extend(f.x, f.m, b), i64(f.y ? scale(f) : 0));
    move(b, f, op('add64', b.rsp(f.n, 1), offset));
  };

const scaleOfGeneral = (f: Fields): number => f.s;

interface PairOf {
  readonly scale: (f: Fields) => number;
  readonly load: (f: Fields, address: Expr) => Expr;
  readonly set: (b: Builder, t: number, value: Expr, f: Fields) => void;
  readonly store: (b: Builder, t: number, address: Expr, f: Fields) => void;
}

/** x: 0 no-allocate, 1 post, 2 offset, 3 pre. Both halves are loaded before either is written. */
const pair =
  ({ scale, load: loadOne, set, store }: PairOf): Semantics =>
  (f, b) => {
    const bytes = 1 << scale(f);
    const base = b.let(b.rsp(f.n, 1));
    const updated = b.let(plus(base, signExtend(f.i, 7) * bytes));
    const at = f.x === 1 ? base : updated;
    if (f.l) {
      const first = b.let(loadOne(f, at));
      set(b, f.u, loadOne(f, plus(at, bytes)), f);
      set(b, f.t, first, f);
    } else {
      store(b, f.t, at, f);
      store(b, f.u, plus(at, bytes), f);
    }
    if (f.x === 1 || f.x === 3) b.setRsp(f.n, 1, updated);
  };

const generalPair = pair({
  scale: (f) => (f.o === 2 ? 3 : 2),
  load: (f, address) => (f.o === 1 ? op('sext', load(32, address)) : load(f.o === 2 ? 64 : 32, address)),
  set: (b, t, value, f) => b.setR(t, f.o === 0 ? 0 : 1, value),
  store: (b, t, address, f) => b.store(f.o === 2 ? 64 : 32, address, f.o === 2 ? b.x(t) : b.w(t)),
});

const vectorPair = pair({
  scale: (f) => f.o + 2,
  load: (f, address) => widenToV(load(sizeOf(f.o + 2), address), f.o + 2),
  set: (b, t, value) => b.setV(t, value),
  store: (b, t, address, f) => storeV(b, f.o + 2, t, address),
});

/** LDPSW that loads twice into one register, or into the base that it moves. */
const overwritesBase = (f: Fields): boolean =>
  f.o === 1 && (f.t === f.u || ((f.x & 1) === 1 && f.n !== 31 && (f.t === f.n || f.u === f.n)));

export const memorySemantics: SemanticsTable = {
  ldr_literal: (f, b) => {
    const address = pcRelative(signExtend(f.i, 19) * 4);
    b.setR(f.t, f.z, load(f.z ? 64 : 32, address));
  },
  ldrsw_literal: (f, b) => b.setR(f.t, 1, op('sext', load(32, pcRelative(signExtend(f.i, 19) * 4)))),
  prfm_literal: () => undefined,
  ldr_literal_simd: (f, b) =>
    f.o === 3 ? b.trap('unallocated') : loadV(b, f.o + 2, f.t, pcRelative(signExtend(f.i, 19) * 4)),
  ldp_stp: (f, b) =>
    f.o === 3 || (f.o === 1 && (!f.l || f.x === 0)) || overwritesBase(f)
      ? b.trap('unallocated')
      : generalPair(f, b),
  ldp_stp_simd: (f, b) => (f.o === 3 ? b.trap('unallocated') : vectorPair(f, b)),
  ldst_unscaled: unscaled(general),
  ldst_unprivileged: unscaled(generalOnly),
  ldst_post: writeBack(generalOnly, true),
  ldst_pre: writeBack(generalOnly, false),
  ldst_immediate: scaled(general, scaleOfGeneral),
  ldst_register: registerOffset(general, scaleOfGeneral),
  ldst_unscaled_simd: unscaled(vector),
  ldst_post_simd: writeBack(vector, true),
  ldst_pre_simd: writeBack(vector, false),
  ldst_immediate_simd: scaled(vector, scaleOfV),
  ldst_register_simd: registerOffset(vector, scaleOfV),
};
