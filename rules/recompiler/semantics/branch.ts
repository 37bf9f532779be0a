import type { Fields } from '../decode/pattern.ts';
import { i32, i64, op } from '../ir/build.ts';
import type { Expr, SystemSlot } from '../ir/ir.ts';
import { type Builder, cond, constant, pcRelative, signExtend, sized } from './builder.ts';
import type { Semantics, SemanticsTable } from './semantics.ts';

const LINK = 30;

const branchWhen = (b: Builder, when: Expr, offset: number): void => {
  b.flow = { k: 'branch', when, offset };
};

const compareZero =
  (name: 'eq' | 'ne'): Semantics =>
  (f, b) =>
    branchWhen(b, op(sized(name, f.z), b.r(f.t, f.z), constant(f.z, 0)), signExtend(f.i, 19) * 4);

const testBit =
  (name: 'eq' | 'ne'): Semantics =>
  (f, b) => {
    const bit = (f.h << 5) | f.b;
    branchWhen(
      b,
      op(`${name}64`, op('and64', b.x(f.t), i64(1n << BigInt(bit))), i64(0)),
      signExtend(f.i, 14) * 4,
    );
  };

/** By op0's low bit, op1, CRn, CRm and op2, as they lie in the word. */
const SYSTEM_REGISTERS: ReadonlyMap<number, SystemSlot> = new Map([
  [0x5e82, 'tpidr'],
  [0x5e83, 'tpidrro'],
  [0x5a20, 'fpcr'],
  [0x5a21, 'fpsr'],
]);
const NZCV = 0x5a10;
/** Constants of the machine we are: no cache line is special, the counter runs at the console's rate. */
const CONSTANT_REGISTERS: ReadonlyMap<number, number> = new Map([
  [0x5801, 0x8444c004], // CTR_EL0
  [0x5807, 4], // DCZID_EL0: zeroes 64 bytes
  [0x5f00, 19_200_000], // CNTFRQ_EL0
]);
const COUNTERS = [0x5f01, 0x5f02, 0x5f05, 0x5f06];

const readSystem = (f: Fields, b: Builder): void => {
  const register = f.s;
  const slot = SYSTEM_REGISTERS.get(register);
  const fixed = CONSTANT_REGISTERS.get(register);
  if (slot) b.setR(f.t, 1, { k: 'sys', name: slot });
  else if (fixed !== undefined) b.setR(f.t, 1, i64(fixed));
  else if (register === NZCV) b.setR(f.t, 1, op('zext', { k: 'nzcv' }));
  else if (COUNTERS.includes(register)) b.setR(f.t, 1, { k: 'sys', name: 'tick' });
  else b.trap('unsupported');
};

const writeSystem = (f: Fields, b: Builder): void => {
  const register = f.s;
  const slot = SYSTEM_REGISTERS.get(register);
  if (slot) b.setSystem(slot, b.x(f.t));
  else if (register === NZCV) b.flags('nzcv', b.w(f.t), i32(0));
  else b.trap('unsupported');
};

const DC_ZVA = 0x1ba1;
const CACHE_AND_BARRIER = [0x1bd1, 0x1bd9, 0x1bf1, 0x1ba9, 0x1bb1, 0x1be1];

const system: Semantics = (f, b) => {
  if (CACHE_AND_BARRIER.includes(f.i)) return;
  if (f.i !== DC_ZVA) return b.trap('unsupported');
  const line = b.let(op('and64', b.x(f.t), i64(~63n)));
  for (let at = 0; at < 64; at += 8) b.store(64, op('add64', line, i64(at)), i64(0));
};

export const branchSemantics: SemanticsTable = {
  udf: (_, b) => b.trap('unallocated'),
  b_cond: (f, b) => {
    const offset = signExtend(f.i, 19) * 4;
    if (f.c >= 14) b.flow = { k: 'jump', offset };
    else branchWhen(b, cond(f.c), offset);
  },
  svc: (f, b) => {
    b.flow = { k: 'system_call', number: f.i };
  },
  brk: (_, b) => b.trap('breakpoint'),
  // Hints and barriers order what other observers see: there are none.
  hint: (f, b) => {
    const number = (f.m << 3) | f.o;
    // XPACLRI, the PAC* and AUT* family: without pointer authentication they leave the pointer as it is.
    if (number > 0x3f) b.trap('unsupported');
  },
  barrier: (f, b) => {
    if (f.o === 2) b.setSystem('monitor', i64(~0n));
  },
  sys: system,
  mrs: readSystem,
  msr_reg: writeSystem,
  br: (f, b) => {
    b.flow = { k: 'jump_to', target: b.x(f.n), isReturn: false };
  },
  blr: (f, b) => {
    const target = b.let(b.x(f.n));
    b.setR(LINK, 1, pcRelative(4));
    b.flow = { k: 'call_to', target };
  },
  ret: (f, b) => {
    b.flow = { k: 'jump_to', target: b.x(f.n), isReturn: true };
  },
  b: (f, b) => {
    b.flow = { k: 'jump', offset: signExtend(f.i, 26) * 4 };
  },
  bl: (f, b) => {
    b.setR(LINK, 1, pcRelative(4));
    b.flow = { k: 'call', offset: signExtend(f.i, 26) * 4 };
  },
  cbz: compareZero('eq'),
  cbnz: compareZero('ne'),
  tbz: testBit('eq'),
  tbnz: testBit('ne'),
};
