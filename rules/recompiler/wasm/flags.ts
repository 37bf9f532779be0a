import { type Expr, type FlagsStatement, typeOf } from '../ir/ir.ts';
import type { FlagState } from '../lift/flags.ts';
import { bitsOf, carryFlags, conditionExpr, FLAG_TEMPS, type FlagExprs, flagExprs } from './condition.ts';
import * as E from './encoding.ts';
import { print } from './expression.ts';
import { type Printer, tempLocal } from './printer.ts';

const NAMES = ['n', 'z', 'c', 'v'] as const;
const ALL = 15;

/** `stored`: which of N, Z, C, V (8, 4, 2, 1) are read as single bits. */
export function printFlags(p: Printer, s: FlagsStatement, stored: number): number[] {
  if (s.kind === 'nzcv') return setPackedFlags(p, print(p, s.a));
  if (s.kind === 'adc' || s.kind === 'sbc')
    return setFlags(p, carryFlags(s.width, s.a, s.b, flagExprs(p.state).c), ALL);
  const keep = keepOperands(p, s);
  const after: FlagState = `${s.kind}:${s.width}`;
  if (!s.when) return [...keep, ...setFlags(p, flagExprs(after), stored)];
  const { otherwise, code } = s.when;
  const fixed = fixFlags(p, otherwise);
  const holds = print(p, conditionExpr(p.state, code));
  return [...holds, ...E.IF, ...keep, ...setFlags(p, flagExprs(after), ALL), ...E.ELSE, ...fixed, ...E.END];
}

/** From one word that has them at bits 31 to 28. */
export function setPackedFlags(p: Printer, word: E.Code): number[] {
  const set = E.localSet(tempLocal(p, FLAG_TEMPS.packed, 'i32'));
  return [...word, ...set, ...setFlags(p, bitsOf({ k: 'temp', id: FLAG_TEMPS.packed, type: 'i32' }), ALL)];
}

function setFlags(p: Printer, flags: FlagExprs, which: number): number[] {
  const wanted = NAMES.filter((_, i) => which & (8 >> i));
  // All are computed before any is written: they may read each other.
  return [
    ...wanted.flatMap((name) => print(p, flags[name])),
    ...wanted.toReversed().flatMap((name) => E.localSet(tempLocal(p, FLAG_TEMPS[name], 'i32'))),
  ];
}

function keepOperands(p: Printer, { a, b }: FlagsStatement): number[] {
  const widen = (e: Expr): number[] => [...print(p, e), ...(typeOf(e) === 'i32' ? [0xad] : [])];
  return [
    ...widen(a),
    ...widen(b),
    ...E.localSet(tempLocal(p, FLAG_TEMPS.b, 'i64')),
    ...E.localSet(tempLocal(p, FLAG_TEMPS.a, 'i64')),
  ];
}

const fixFlags = (p: Printer, bits: number): number[] =>
  NAMES.flatMap((name, i) => [
    ...E.i32Const((bits >> (3 - i)) & 1),
    ...E.localSet(tempLocal(p, FLAG_TEMPS[name], 'i32')),
  ]);
