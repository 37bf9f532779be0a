import type { PlacedInstruction } from '../lift/blocks.ts';
import { NONE, type RegisterSet } from '../lift/effects.ts';
import { callee, printCall } from './call.ts';
import { packedExpr } from './condition.ts';
import * as E from './encoding.ts';
import { print } from './expression.ts';
import * as L from './layout.ts';
import { addressConst, blockLocal, nextLocal, type Printer, readBack, writeBack } from './printer.ts';

/** Where control goes after an instruction, unless it just goes on. */
export function printFlow(p: Printer, { address, meaning }: PlacedInstruction): number[] {
  const { flow } = meaning;
  const dirty = p.registers.dirty.get(address) ?? NONE;
  const reload = p.registers.reload.get(address) ?? NONE;
  switch (flow.k) {
    case 'next':
      return [];
    case 'jump':
      return printJump(p, address + flow.offset, dirty);
    case 'branch':
      return jumpIf(p, print(p, flow.when), address + flow.offset, dirty);
    case 'call':
    case 'call_to':
      return [...writeBack(p, dirty), ...printCall(p, { address, meaning }), ...readBack(p, reload)];
    case 'system_call':
      return [
        ...writeBack(p, dirty),
        ...E.i32Const(flow.number),
        ...addressConst(address),
        ...E.call(L.hostFunction('system_call')),
        ...readBack(p, reload),
      ];
    case 'trap':
      return [
        ...writeBack(p, dirty),
        ...addressConst(address),
        ...E.call(L.hostFunction('trap')),
        ...E.RETURN,
      ];
    case 'jump_to':
      return printJumpTo(p, address, print(p, flow.target), flow.isReturn, dirty);
  }
}

function printJumpTo(
  p: Printer,
  address: number,
  target: E.Code,
  isReturn: boolean,
  dirty: RegisterSet,
): number[] {
  const next = nextLocal(p);
  const leave = [...writeBack(p, dirty), ...E.localGet(next), ...(isReturn ? E.RETURN : E.returnCall(L.GO))];
  const table = p.body.tables.get(address) ?? [];
  const cases = table.flatMap((to) => jumpIf(p, [...E.localGet(next), ...addressConst(to), 0x51], to, dirty));
  return [...target, ...E.localSet(next), ...cases, ...leave];
}

function jumpIf(p: Printer, when: E.Code, target: number, dirty: RegisterSet): number[] {
  p.depth++;
  const jump = printJump(p, target, dirty);
  p.depth--;
  return [...when, ...E.IF, ...jump, ...E.END];
}

/**
 * Inside the function a jump forward leaves the blocks around the one it goes to; a jump back goes through the
 * switch at the top of the loop.
 */
export function printJump(p: Printer, target: number, dirty: RegisterSet): number[] {
  const to = p.blockIndex.get(target);
  if (to === undefined) {
    const spill = p.context.readsFlags(target)
      ? [...print(p, packedExpr(p.state)), ...E.globalSet(L.GLOBAL_FLAGS)]
      : [];
    const { index, argument } = callee(p, target);
    return [...writeBack(p, dirty), ...spill, ...argument, ...E.returnCall(index)];
  }
  if (to === p.block + 1 && p.depth === 0) return [];
  if (to > p.block) return E.branch(p.depth + to - p.block - 1);
  const loop = p.depth + p.blockIndex.size - p.block - 1;
  return [...E.i32Const(to), ...E.localSet(blockLocal(p)), ...E.branch(loop)];
}
