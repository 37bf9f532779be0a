import { i32, i64, load, op } from '../ir/build.ts';
import type { Expr } from '../ir/ir.ts';
import type { Builder } from './builder.ts';
import { plus, sizeOf } from './memory.ts';
import type { Semantics, SemanticsTable } from './semantics.ts';

/**
 * One host thread runs all guest threads and switches only between instructions, so that every access is atomic
 * and ordered as it stands. An exclusive store succeeds when the monitor still watches its address.
 */
const NO_ADDRESS = i64(~0n);

const readT = (b: Builder, n: number, scale: number): Expr => b.r(n, scale === 3 ? 1 : 0);
const writeT = (b: Builder, n: number, scale: number, value: Expr): void =>
  b.setR(n, scale === 3 ? 1 : 0, value);

/** Whether the monitor watches; it is cleared either way. The status register holds 0 for success. */
function claim(b: Builder, address: Expr, status: number): Expr {
  const holds = b.let(op('eq64', { k: 'sys', name: 'monitor' }, address));
  b.setSystem('monitor', NO_ADDRESS);
  b.setR(status, 0, op('xor32', holds, i32(1)));
  return holds;
}

const exclusive: Semantics = (f, b) => {
  const address = b.let(b.rsp(f.n, 1));
  if (f.l) {
    b.setSystem('monitor', address);
    return writeT(b, f.t, f.z, load(sizeOf(f.z), address));
  }
  const value = b.let(readT(b, f.t, f.z));
  b.store(sizeOf(f.z), address, value, claim(b, address, f.s));
};

const exclusivePair: Semantics = (f, b) => {
  const scale = f.z ? 3 : 2;
  const address = b.let(b.rsp(f.n, 1));
  const second = plus(address, 1 << scale);
  if (f.l) {
    b.setSystem('monitor', address);
    const high = b.let(load(sizeOf(scale), second));
    writeT(b, f.t, scale, load(sizeOf(scale), address));
    return writeT(b, f.u, scale, high);
  }
  const low = b.let(readT(b, f.t, scale));
  const high = b.let(readT(b, f.u, scale));
  const holds = claim(b, address, f.s);
  b.store(sizeOf(scale), address, low, holds);
  b.store(sizeOf(scale), second, high, holds);
};

const ordered: Semantics = (f, b) => {
  const address = b.let(b.rsp(f.n, 1));
  if (f.l) writeT(b, f.t, f.z, load(sizeOf(f.z), address));
  else b.store(sizeOf(f.z), address, readT(b, f.t, f.z));
};

const narrow = (value: Expr, scale: number): Expr =>
  scale >= 2 ? value : op('and32', value, i32(scale === 0 ? 0xff : 0xffff));

const compareAndSwap: Semantics = (f, b) => {
  const address = b.let(b.rsp(f.n, 1));
  const expected = b.let(narrow(readT(b, f.s, f.z), f.z));
  const wanted = b.let(readT(b, f.t, f.z));
  const old = b.let(load(sizeOf(f.z), address));
  b.store(sizeOf(f.z), address, wanted, op(f.z === 3 ? 'eq64' : 'eq32', old, expected));
  writeT(b, f.s, f.z, old);
};

const compareAndSwapPair: Semantics = (f, b) => {
  if (f.s & 1 || f.t & 1) return b.trap('unallocated');
  const scale = f.z ? 3 : 2;
  const size = sizeOf(scale);
  const eq = f.z ? 'eq64' : 'eq32';
  const address = b.let(b.rsp(f.n, 1));
  const low = b.let(load(size, address));
  const high = b.let(load(size, plus(address, 1 << scale)));
  const isLow = op(eq, low, readT(b, f.s, scale));
  const holds = b.let(op('and32', isLow, op(eq, high, readT(b, f.s + 1, scale))));
  b.store(size, address, readT(b, f.t, scale), holds);
  b.store(size, plus(address, 1 << scale), readT(b, f.t + 1, scale), holds);
  writeT(b, f.s, scale, low);
  writeT(b, f.s + 1, scale, high);
};

/** LDADD, LDCLR, LDEOR, LDSET, LDSMAX, LDSMIN, LDUMAX, LDUMIN. */
function combine(opcode: number, old: Expr, value: Expr, scale: number): Expr {
  const width = scale === 3 ? 64 : 32;
  const signedOf = (e: Expr): Expr => (scale === 0 ? op('sext8', e) : scale === 1 ? op('sext16', e) : e);
  const pick = (less: string, a: Expr, b: Expr, first: Expr, second: Expr): Expr =>
    op(`select${width}`, op(`${less}${width}`, a, b), first, second);
  switch (opcode) {
    case 0:
      return op(`add${width}`, old, value);
    case 1:
      return op(`and${width}`, old, op(`not${width}`, value));
    case 2:
      return op(`xor${width}`, old, value);
    case 3:
      return op(`or${width}`, old, value);
    case 4:
      return pick('slt', signedOf(old), signedOf(value), value, old);
    case 5:
      return pick('slt', signedOf(value), signedOf(old), value, old);
    case 6:
      return pick('ult', old, value, value, old);
    default:
      return pick('ult', value, old, value, old);
  }
}

const readModifyWrite =
  (next: (opcode: number, old: Expr, value: Expr, scale: number) => Expr): Semantics =>
  (f, b) => {
    const address = b.let(b.rsp(f.n, 1));
    const value = b.let(narrow(readT(b, f.m, f.s), f.s));
    const old = b.let(load(sizeOf(f.s), address));
    b.store(sizeOf(f.s), address, next(f.o, old, value, f.s));
    writeT(b, f.t, f.s, old);
  };

export const atomicSemantics: SemanticsTable = {
  ld_st_exclusive: exclusive,
  ld_st_exclusive_pair: exclusivePair,
  store_ordered: ordered,
  load_limited_ordered: (f, b) => ordered({ ...f, l: 1 }, b),
  load_ordered: (f, b) => ordered({ ...f, l: 1 }, b),
  cas: compareAndSwap,
  casp: compareAndSwapPair,
  atomic: readModifyWrite(combine),
  swp: readModifyWrite((_opcode, _old, value) => value),
  ldapr: (f, b) => writeT(b, f.t, f.s, load(sizeOf(f.s), b.rsp(f.n, 1))),
};
