import type { Flow } from '../ir/ir.ts';
import type { PlacedInstruction } from '../lift/blocks.ts';
import * as E from './encoding.ts';
import { print } from './expression.ts';
import * as L from './layout.ts';
import { addressConst, nextLocal, type Printer } from './printer.ts';

/** A guest call is a host call while there is room on the host's stack. */
export function printCall(p: Printer, { address, meaning: { flow } }: PlacedInstruction): number[] {
  const target =
    flow.k === 'call' ? callee(p, address + flow.offset) : { index: L.GO, argument: targetOf(p, flow) };
  return [
    ...E.globalGet(L.GLOBAL_DEPTH),
    ...E.i32Const(L.DEPTH_LIMIT),
    0x4e,
    ...E.IF,
    ...target.argument,
    ...E.RETURN,
    ...E.END,
    ...moveDepth(1),
    ...target.argument,
    ...E.call(target.index),
    ...moveDepth(-1),
    ...afterCall(p, address + 4),
  ];
}

const targetOf = (p: Printer, flow: Flow): number[] => (flow.k === 'call_to' ? print(p, flow.target) : []);

const moveDepth = (by: number): number[] => [
  ...E.globalGet(L.GLOBAL_DEPTH),
  ...E.i32Const(by),
  0x6a,
  ...E.globalSet(L.GLOBAL_DEPTH),
];

/** Control that does not come back to where the call stands goes on wherever it says. */
function afterCall(p: Printer, back: number): number[] {
  const next = nextLocal(p);
  return [
    0x22,
    ...E.unsigned(next),
    ...addressConst(back),
    0x52,
    ...E.IF,
    ...E.localGet(next),
    ...E.RETURN,
    ...E.END,
  ];
}

export const callee = (
  p: Printer,
  target: number,
): { readonly index: number; readonly argument: number[] } => ({
  index: p.context.functionAt(target) ?? L.GO,
  argument: addressConst(target),
});
