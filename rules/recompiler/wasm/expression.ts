import { type Expr, typeOf } from '../ir/ir.ts';
import { opNamed } from '../ir/ops.ts';
import { conditionExpr, packedExpr } from './condition.ts';
import * as E from './encoding.ts';
import * as L from './layout.ts';
import {
  CONVERSIONS,
  DIRECT,
  FLOAT_ARITHMETIC,
  FLOAT_COMPARE,
  LANE_ACCESS,
  LANE_SHIFTS,
} from './operators.ts';
import { addressConst, type Printer, tempLocal, vLocal, xLocal } from './printer.ts';

export function print(p: Printer, e: Expr): number[] {
  switch (e.k) {
    case 'const':
      return E.constant(e.type, e.value);
    case 'x':
      return E.localGet(xLocal(p, e.n));
    case 'v':
      return E.localGet(vLocal(p, e.n));
    case 'temp':
      return E.localGet(tempLocal(p, e.id, e.type));
    case 'pc':
      return addressConst((e.page ? p.address - (p.address % 4096) : p.address) + e.offset);
    case 'cond':
      return print(p, conditionExpr(p.state, e.code));
    case 'nzcv':
      return print(p, packedExpr(p.state));
    case 'sys':
      return E.globalGet(L.globalSystem(e.name));
    case 'load':
      return [...print(p, e.address), 0xa7, ...(LOADS[e.size] ?? []), ...E.UNALIGNED];
    case 'op':
      return printOp(p, e.op, e.args);
  }
}

const LOADS: Readonly<Record<number, E.Code>> = {
  8: [0x2d],
  16: [0x2f],
  32: [0x28],
  64: [0x29],
  128: E.simd(0),
};

function printOp(p: Printer, name: string, args: readonly Expr[]): number[] {
  const [a, b, c] = args;
  const direct = DIRECT.get(name) ?? LANE_SHIFTS.get(name);
  if (direct) return [...args.flatMap((arg) => print(p, arg)), ...direct];
  if (name.startsWith('select') && a && b && c) {
    const select = name === 'select128' ? [0x1c, 1, E.VALUE_TYPES.v128] : [0x1b];
    return [...print(p, b), ...print(p, c), ...print(p, a), ...select];
  }
  const lane = /^v(get|set)(\d+)$/.exec(name);
  if (lane && a && b?.k === 'const') {
    const [get, set] = LANE_ACCESS.get(Number(lane[2])) ?? [0, 0];
    const access = [...E.simd(lane[1] === 'get' ? get : set), Number(b.value)];
    return [...print(p, a), ...(lane[1] === 'set' && c ? print(p, c) : []), ...access];
  }
  if (name === 'vlow' && a) return [...E.v128Const(0n), ...print(p, a), ...E.simd(30), 0];
  if (name === 'vshuffle' && a && b && c?.k === 'const')
    return [...print(p, a), ...print(p, b), ...E.simd(13), ...E.v128Const(c.value).slice(2)];
  return printFloat(p, name, args) ?? printHostOp(p, name, args);
}

const fromBits = (width: number): number => (width === 64 ? 0xbf : 0xbe);
const toBits = (width: number): number => (width === 64 ? 0xbd : 0xbc);

function printFloat(p: Printer, name: string, args: readonly Expr[]): number[] | undefined {
  const conversion = CONVERSIONS.get(name);
  if (conversion) return [...args.flatMap((arg) => print(p, arg)), ...conversion];
  const width = name.endsWith('64') ? 64 : 32;
  const operands = (): number[] => args.flatMap((arg) => [...print(p, arg), fromBits(width)]);
  const compare = FLOAT_COMPARE.get(name);
  if (compare !== undefined) return [...operands(), compare];
  const arithmetic = FLOAT_ARITHMETIC.get(name);
  if (arithmetic === undefined) return undefined;
  const result = tempLocal(p, -8, width === 64 ? 'i64' : 'i32');
  const computed = [...operands(), arithmetic, toBits(width), ...E.localSet(result)];
  return [...computed, ...numberOr(result, width, printHostOp(p, name, args))];
}

/** A result that is a number is the same everywhere; a NaN is looked up by Arm's rule. */
const numberOr = (result: number, width: number, otherwise: E.Code): number[] => [
  ...E.localGet(result),
  fromBits(width),
  ...E.localGet(result),
  fromBits(width),
  width === 64 ? 0x61 : 0x5b,
  0x04,
  E.VALUE_TYPES[width === 64 ? 'i64' : 'i32'],
  ...E.localGet(result),
  ...E.ELSE,
  ...otherwise,
  ...E.END,
];

/** Vectors cross as halves. */
function printHostOp(p: Printer, name: string, args: readonly Expr[]): number[] {
  const pushed = args.flatMap((arg, i) => {
    if (typeOf(arg) !== 'v128') return print(p, arg);
    const halves = tempLocal(p, -10 - i, 'v128');
    return [...print(p, arg), 0x22, ...E.unsigned(halves), ...half(0), ...E.localGet(halves), ...half(1)];
  });
  const called = [...pushed, ...E.call(L.hostOperator(name))];
  if (opNamed(name).result !== 'v128') return called;
  const low = tempLocal(p, -9, 'i64');
  const joined = [...E.localGet(low), ...setHalf(0), ...E.globalGet(L.GLOBAL_HIGH), ...setHalf(1)];
  return [...called, ...E.localSet(low), ...E.v128Const(0n), ...joined];
}

const half = (which: 0 | 1): number[] => [...E.simd(29), which];
const setHalf = (which: 0 | 1): number[] => [...E.simd(30), which];
