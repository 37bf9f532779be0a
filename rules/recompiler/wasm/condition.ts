import { i32, i64, op } from '../ir/build.ts';
import type { Expr } from '../ir/ir.ts';
import { type Flags, holdsEven } from '../lift/condition-codes.ts';
import type { FlagState } from '../lift/flags.ts';

/** Names of the function's own values inside of expressions; instructions number theirs from 0. */
export const FLAG_TEMPS = { a: -1, b: -2, n: -3, z: -4, c: -5, v: -6, packed: -7 } as const;

const local = (id: number, type: 'i32' | 'i64'): Expr => ({ k: 'temp', id, type });
const stored = {
  n: local(FLAG_TEMPS.n, 'i32'),
  z: local(FLAG_TEMPS.z, 'i32'),
  c: local(FLAG_TEMPS.c, 'i32'),
  v: local(FLAG_TEMPS.v, 'i32'),
};

export type FlagExprs = Flags<Expr>;

const not = (e: Expr): Expr => op('xor32', e, i32(1));
const and = (a: Expr, b: Expr): Expr => op('and32', a, b);
const LOGIC = { not, and, same: (a: Expr, b: Expr): Expr => op('eq32', a, b) };

/** N, Z, C and V as expressions over what the flags are kept as. */
export function flagExprs(state: FlagState): FlagExprs {
  if (state === 'stored') return stored;
  const [kind, text] = state.split(':');
  const width = text === '64' ? 64 : 32;
  const narrow = (e: Expr): Expr => (width === 64 ? e : op('trunc', e));
  const a = narrow(local(FLAG_TEMPS.a, 'i64'));
  const b = narrow(local(FLAG_TEMPS.b, 'i64'));
  if (kind === 'fcmp') {
    const less = op(`flt${width}`, a, b);
    const isOrdered = and(op(`feq${width}`, a, a), op(`feq${width}`, b, b));
    return { n: less, z: op(`feq${width}`, a, b), c: not(less), v: not(isOrdered) };
  }
  const zero = width === 64 ? i64(0) : i32(0);
  if (kind === 'and')
    return { n: op(`slt${width}`, a, zero), z: op(`eq${width}`, a, zero), c: i32(0), v: i32(0) };
  const isSum = kind === 'add';
  const result = op(`${isSum ? 'add' : 'sub'}${width}`, a, b);
  const signs = op(`xor${width}`, a, b);
  const differ = isSum ? op(`not${width}`, signs) : signs;
  return {
    n: op(`slt${width}`, result, zero),
    z: op(`eq${width}`, result, zero),
    c: isSum ? op(`ult${width}`, result, a) : not(op(`ult${width}`, a, b)),
    v: op(`slt${width}`, op(`and${width}`, differ, op(`xor${width}`, a, result)), zero),
  };
}

export function conditionExpr(state: FlagState, code: number): Expr {
  if (code >= 14) return i32(1);
  const holds = direct(state, code & ~1) ?? holdsEven(flagExprs(state), code & ~1, LOGIC);
  return code & 1 ? not(holds) : holds;
}

/** A compare says most conditions in one operator. */
function direct(state: FlagState, code: number): Expr | undefined {
  const [kind, text] = state.split(':');
  if (kind !== 'sub') return undefined;
  const narrow = (e: Expr): Expr => (text === '64' ? e : op('trunc', e));
  const a = narrow(local(FLAG_TEMPS.a, 'i64'));
  const b = narrow(local(FLAG_TEMPS.b, 'i64'));
  switch (code) {
    case 0:
      return op(`eq${text}`, a, b);
    case 8:
      return op(`ult${text}`, b, a);
    case 10:
      return not(op(`slt${text}`, a, b));
    case 12:
      return op(`slt${text}`, b, a);
    default:
      return undefined;
  }
}

export function packedExpr(state: FlagState): Expr {
  const { n, z, c, v } = flagExprs(state);
  const place = (e: Expr, by: number): Expr => op('shl32', e, i32(by));
  return op('or32', op('or32', place(n, 31), place(z, 30)), op('or32', place(c, 29), place(v, 28)));
}

/** The flags of a + b + carry; a and b are computed once by their instruction. */
export function carryFlags(width: 32 | 64, a: Expr, b: Expr, carry: Expr): FlagExprs {
  const zero = width === 64 ? i64(0) : i32(0);
  const sum = op(`add${width}`, op(`add${width}`, a, b), width === 64 ? op('zext', carry) : carry);
  const out = op(
    `or${width}`,
    op(`and${width}`, a, b),
    op(`and${width}`, op(`or${width}`, a, b), op(`not${width}`, sum)),
  );
  const overflow = op(`and${width}`, op(`not${width}`, op(`xor${width}`, a, b)), op(`xor${width}`, a, sum));
  return {
    n: op(`slt${width}`, sum, zero),
    z: op(`eq${width}`, sum, zero),
    c: op(`slt${width}`, out, zero),
    v: op(`slt${width}`, overflow, zero),
  };
}

export const bitsOf = (packed: Expr): FlagExprs => {
  const bit = (at: number): Expr => op('and32', op('lshr32', packed, i32(at)), i32(1));
  return { n: bit(31), z: bit(30), c: bit(29), v: bit(28) };
};
