import { SYSTEM_SLOTS } from '../ir/ir.ts';
import * as E from './encoding.ts';
import * as L from './layout.ts';

/** Opcodes that move a global to its place in memory and back. */
interface Kind {
  readonly load: E.Code;
  readonly store: E.Code;
}
const I32: Kind = { load: [0x28], store: [0x36] };
const I64: Kind = { load: [0x29], store: [0x37] };
const V128: Kind = { load: E.simd(0), store: E.simd(11) };

/** A guest's registers: the global, and where it lies for the host, which cannot see all kinds of globals. */
const PLACES: readonly (readonly [global: number, at: number, kind: Kind])[] = [
  ...Array.from({ length: 32 }, (_, n) => [L.globalX(n), L.STATE_X + 8 * n, I64] as const),
  ...Array.from({ length: 32 }, (_, n) => [L.globalV(n), L.STATE_V + 16 * n, V128] as const),
  ...SYSTEM_SLOTS.map((name, i) => [L.globalSystem(name), L.STATE_SYSTEM + 8 * i, I64] as const),
  [L.GLOBAL_FLAGS, L.STATE_FLAGS, I32],
];

const place = (at: number): number[] => [0, ...E.unsigned(L.STATE_AT + at)];

export const saveStateBody = (): number[] => [
  0,
  ...PLACES.flatMap(([global, at, { store }]) => [
    ...E.i32Const(0),
    ...E.globalGet(global),
    ...store,
    ...place(at),
  ]),
  ...E.END,
];

export const loadStateBody = (): number[] => [
  0,
  ...PLACES.flatMap(([global, at, { load }]) => [
    ...E.i32Const(0),
    ...load,
    ...place(at),
    ...E.globalSet(global),
  ]),
  ...E.END,
];
