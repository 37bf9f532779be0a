import type { Type } from '../ir/ir.ts';
import type { Body } from '../lift/body.ts';
import { members, type RegisterSet } from '../lift/effects.ts';
import type { FlagPlan, FlagState } from '../lift/flags.ts';
import type { Image } from '../lift/image.ts';
import type { RegisterPlan } from '../lift/registers.ts';
import * as E from './encoding.ts';
import * as L from './layout.ts';

export interface WasmContext {
  readonly image: Image;
  /** A guest function's index in the module. */
  readonly functionAt: (address: number) => number | undefined;
  readonly readsFlags: (address: number) => boolean;
  /** Jumps back are counted: another thread may run after one. */
  readonly countsJumps: boolean;
}

/** One function while it is printed. */
export interface Printer {
  readonly body: Body;
  /** Those of its entries that code asks for; the others are where an interrupted thread goes on. */
  readonly entries: readonly number[];
  readonly context: WasmContext;
  readonly registers: RegisterPlan;
  readonly flags: FlagPlan;
  /** Local index by name; made as they are asked for. */
  readonly locals: Map<string, number>;
  readonly localTypes: Type[];
  readonly blockIndex: ReadonlyMap<number, number>;
  /** Index of the block being printed, and blocks opened inside of it. */
  block: number;
  depth: number;
  address: number;
  state: FlagState;
}

function local(p: Printer, name: string, type: Type): number {
  const known = p.locals.get(name);
  if (known !== undefined) return known;
  p.localTypes.push(type);
  // The address to go on at is parameter 0.
  const index = p.localTypes.length;
  p.locals.set(name, index);
  return index;
}

export const xLocal = (p: Printer, n: number): number => local(p, `x${n}`, 'i64');
export const vLocal = (p: Printer, n: number): number => local(p, `v${n}`, 'v128');
export const blockLocal = (p: Printer): number => local(p, 'block', 'i32');
export const nextLocal = (p: Printer): number => local(p, 'next', 'i64');
export const tempLocal = (p: Printer, id: number, type: Type): number => local(p, `t${id}:${type}`, type);

export const readBack = (p: Printer, set: RegisterSet): number[] => [
  ...members(set.x).flatMap((n) => [...E.globalGet(L.globalX(n)), ...E.localSet(xLocal(p, n))]),
  ...members(set.v).flatMap((n) => [...E.globalGet(L.globalV(n)), ...E.localSet(vLocal(p, n))]),
];

export const writeBack = (p: Printer, set: RegisterSet): number[] => [
  ...members(set.x).flatMap((n) => [...E.localGet(xLocal(p, n)), ...E.globalSet(L.globalX(n))]),
  ...members(set.v).flatMap((n) => [...E.localGet(vLocal(p, n)), ...E.globalSet(L.globalV(n))]),
];

export const addressConst = (address: number): number[] => E.i64Const(BigInt(address));
