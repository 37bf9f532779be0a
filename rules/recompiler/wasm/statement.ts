import type { Statement } from '../ir/ir.ts';
import * as E from './encoding.ts';
import { print } from './expression.ts';
import { printFlags } from './flags.ts';
import * as L from './layout.ts';
import { type Printer, tempLocal, vLocal, xLocal } from './printer.ts';

export function printStatement(p: Printer, s: Statement, stored: number): number[] {
  switch (s.k) {
    case 'let':
      return [...print(p, s.value), ...E.localSet(tempLocal(p, s.id, s.type))];
    case 'setx':
      return [...print(p, s.value), ...E.localSet(xLocal(p, s.n))];
    case 'setv':
      return [...print(p, s.value), ...E.localSet(vLocal(p, s.n))];
    case 'setsys':
      return [...print(p, s.value), ...E.globalSet(L.globalSystem(s.name))];
    case 'store':
      return printStore(p, s);
    case 'flags':
      return printFlags(p, s, stored);
  }
}

function printStore(p: Printer, s: Statement & { readonly k: 'store' }): number[] {
  // Sub-word stores take the low part of an i32.
  const operands = [...print(p, s.address), 0xa7, ...print(p, s.value)];
  const store = [...operands, ...(STORES[s.size] ?? []), ...E.UNALIGNED];
  return s.when ? [...print(p, s.when), ...E.IF, ...store, ...E.END] : store;
}

const STORES: Readonly<Record<number, E.Code>> = {
  8: [0x3a],
  16: [0x3b],
  32: [0x36],
  64: [0x37],
  128: E.simd(11),
};
