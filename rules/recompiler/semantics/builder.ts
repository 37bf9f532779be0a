import { i32, i64, op, v128 } from '../ir/build.ts';
import {
  type Expr,
  type FlagKind,
  type Flow,
  type MemorySize,
  type Statement,
  type SystemSlot,
  type TrapReason,
  typeOf,
} from '../ir/ir.ts';

/** Collects what one instruction does. Widths: `z` is 1 for X registers, 0 for W. */
export interface Builder {
  readonly statements: Statement[];
  flow: Flow;
  /** A general register, 31 reads as zero. */
  r(n: number, z: number): Expr;
  x(n: number): Expr;
  w(n: number): Expr;
  /** Likewise, 31 is the stack pointer. */
  rsp(n: number, z: number): Expr;
  setR(n: number, z: number, value: Expr): void;
  setRsp(n: number, z: number, value: Expr): void;
  v(n: number): Expr;
  setV(n: number, value: Expr): void;
  /** A value that must be computed here, once: before a register that it reads is written. */
  let(value: Expr): Expr;
  store(size: MemorySize, address: Expr, value: Expr, when?: Expr): void;
  flags(kind: FlagKind, a: Expr, b: Expr): void;
  flagsWhen(code: number, kind: FlagKind, a: Expr, b: Expr, otherwise: number): void;
  setSystem(name: SystemSlot, value: Expr): void;
  trap(reason: TrapReason): void;
}

export function makeBuilder(): Builder {
  const statements: Statement[] = [];
  let temps = 0;
  const builder: Builder = {
    statements,
    flow: { k: 'next' },
    x: (n) => (n === 31 ? i64(0) : { k: 'x', n }),
    w: (n) => (n === 31 ? i32(0) : op('trunc', { k: 'x', n })),
    r: (n, z) => (z ? builder.x(n) : builder.w(n)),
    rsp: (n, z) => (z ? { k: 'x', n } : op('trunc', { k: 'x', n })),
    setR: (n, z, value) => {
      // A load into the zero register still happens; nothing else can be seen.
      if (n === 31) builder.let(value);
      else builder.setRsp(n, z, value);
    },
    setRsp: (n, z, value) => void statements.push({ k: 'setx', n, value: z ? value : op('zext', value) }),
    v: (n) => ({ k: 'v', n }),
    setV: (n, value) => void statements.push({ k: 'setv', n, value }),
    let: (value) => {
      if (value.k === 'const' || value.k === 'temp') return value;
      const type = typeOf(value);
      const id = temps++;
      statements.push({ k: 'let', id, value, type });
      return { k: 'temp', id, type };
    },
    store: (size, address, value, when) =>
      void statements.push({ k: 'store', size, address, value, ...(when ? { when } : {}) }),
    flags: (kind, a, b) => void statements.push({ k: 'flags', kind, width: widthOf(a), a, b }),
    flagsWhen: (code, kind, a, b, otherwise) =>
      void statements.push({ k: 'flags', kind, width: widthOf(a), a, b, when: { code, otherwise } }),
    setSystem: (name, value) => void statements.push({ k: 'setsys', name, value }),
    trap: (reason) => {
      statements.length = 0;
      builder.flow = { k: 'trap', reason };
    },
  };
  return builder;
}

const widthOf = (e: Expr): 32 | 64 => (typeOf(e) === 'i64' ? 64 : 32);

export const signExtend = (value: number, width: number): number => {
  const shift = 32 - width;
  return (value << shift) >> shift;
};

export const cond = (code: number): Expr => ({ k: 'cond', code });

export const pcRelative = (offset: number, page = false): Expr => ({ k: 'pc', page, offset });

/** `name` + 32 or 64, after the width bit. */
export const sized = (name: string, z: number): string => `${name}${z ? 64 : 32}`;

export const constant = (z: number, value: number | bigint): Expr => (z ? i64(value) : i32(value));

export const zeroV = v128(0n);
