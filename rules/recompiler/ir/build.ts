import { type Expr, type MemorySize, typeOf } from './ir.ts';
import { bits, mask } from './op.ts';
import { opNamed } from './ops.ts';

export const i32 = (value: number | bigint): Expr => ({
  k: 'const',
  type: 'i32',
  value: bits(32, BigInt(value)),
});
export const i64 = (value: number | bigint): Expr => ({
  k: 'const',
  type: 'i64',
  value: bits(64, BigInt(value)),
});
export const v128 = (value: bigint): Expr => ({ k: 'const', type: 'v128', value: bits(128, value) });
export const load = (size: MemorySize, address: Expr): Expr => ({ k: 'load', size, address });

/** Applies an operator, folding what is constant and dropping what changes nothing. */
export function op(name: string, ...args: readonly Expr[]): Expr {
  const { args: types, result, evaluate } = opNamed(name);
  if (types.length !== args.length) throw new Error(`${name} takes ${types.length} operands`);
  args.forEach((arg, i) => {
    if (typeOf(arg) !== types[i]) throw new Error(`${name}: operand ${i} is ${typeOf(arg)}`);
  });
  const constants = args.map((arg) => (arg.k === 'const' ? arg.value : undefined));
  if (result !== 'v128' && constants.every((c) => c !== undefined))
    return { k: 'const', type: result, value: evaluate(...constants) };
  return simplify(name, args) ?? { k: 'op', op: name, type: result, args };
}

const NEUTRAL_ZERO = /^(add|sub|or|xor|shl|lshr|ashr|ror)(32|64)$/;

function simplify(name: string, args: readonly Expr[]): Expr | undefined {
  const [a, b] = args;
  if (a === undefined || b === undefined) return name === 'trunc' && a ? simplifyTrunc(a) : undefined;
  const width = name.endsWith('64') ? 64 : 32;
  if (NEUTRAL_ZERO.test(name) && isConst(b, 0n)) return a;
  if (/^(add|or|xor)(32|64)$/.test(name) && isConst(a, 0n)) return b;
  if (/^and(32|64)$/.test(name) && isConst(b, mask(width))) return a;
  if (/^mul(32|64)$/.test(name) && isConst(b, 1n)) return a;
  return undefined;
}

/** The low half of a widened value is the value. */
const simplifyTrunc = (a: Expr): Expr | undefined =>
  a.k === 'op' && (a.op === 'zext' || a.op === 'sext') ? a.args[0] : undefined;

const isConst = (e: Expr, value: bigint): boolean => e.k === 'const' && e.value === value;
