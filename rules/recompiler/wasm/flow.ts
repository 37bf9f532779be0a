import type { PlacedInstruction } from '../lift/blocks.ts';
import { NONE, type RegisterSet } from '../lift/effects.ts';
import { isJumpBack } from '../lift/resume-points.ts';
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
      return printCountedJump(p, address, address + flow.offset, dirty);
    case 'branch':
      return jumpIf(p, print(p, flow.when), address, address + flow.offset, dirty);
    case 'call':
    case 'call_to':
      return [...writeBack(p, dirty), ...printCall(p, { address, meaning }), ...readBack(p, reload)];
    case 'system_call':
      return [
        ...writeBack(p, dirty),
        ...spillFlags(p, address + 4),
        ...E.i32Const(flow.number),
        ...addressConst(address),
        ...E.call(L.hostFunction('system_call')),
        ...E.IF,
        ...LEAVE_TO_OTHER,
        ...E.END,
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
  const cases = table.flatMap((to) =>
    jumpIf(p, [...E.localGet(next), ...addressConst(to), 0x51], undefined, to, dirty),
  );
  const count = p.context.countsJumps && !isReturn ? countIfBack(p, address, table, dirty) : [];
  return [...target, ...E.localSet(next), ...count, ...cases, ...leave];
}

/** `from`: where it is counted; a jump by register is counted before its target is looked for. */
function jumpIf(
  p: Printer,
  when: E.Code,
  from: number | undefined,
  target: number,
  dirty: RegisterSet,
): number[] {
  p.depth++;
  const jump = from === undefined ? printJump(p, target, dirty) : printCountedJump(p, from, target, dirty);
  p.depth--;
  return [...when, ...E.IF, ...jump, ...E.END];
}

function printCountedJump(p: Printer, from: number, target: number, dirty: RegisterSet): number[] {
  const counts = p.context.countsJumps && isJumpBack(from, target);
  const count = counts ? countJump(p, addressConst(target), [target], dirty) : [];
  return [...count, ...printJump(p, target, dirty)];
}

/** The local `next` holds where to. */
function countIfBack(p: Printer, from: number, targets: readonly number[], dirty: RegisterSet): number[] {
  const next = E.localGet(nextLocal(p));
  return [...next, ...addressConst(from), 0x58, ...E.IF, ...countJump(p, next, targets, dirty), ...E.END];
}

const LEAVE_TO_OTHER = [...addressConst(L.OTHER_THREAD), ...E.RETURN];

/** One jump less until another thread may run; if one does, this one goes on at `resume` later. */
function countJump(p: Printer, resume: E.Code, targets: readonly number[], dirty: RegisterSet): number[] {
  return [
    ...E.globalGet(L.GLOBAL_LEFT),
    ...E.i32Const(1),
    0x6b,
    ...E.globalSet(L.GLOBAL_LEFT),
    ...E.globalGet(L.GLOBAL_LEFT),
    0x45,
    ...E.IF,
    ...resume,
    ...E.call(L.hostFunction('slice_over')),
    ...E.IF,
    ...writeBack(p, dirty),
    ...spillFlags(p, ...targets),
    ...LEAVE_TO_OTHER,
    ...E.END,
    ...E.END,
  ];
}

/** For a thread that goes on at one of these addresses after another one has run. */
function spillFlags(p: Printer, ...targets: readonly number[]): number[] {
  const isRead = (to: number): boolean =>
    p.blockIndex.has(to) ? (p.flags.liveIn.get(to) ?? 0) !== 0 : p.context.readsFlags(to);
  if (!p.context.countsJumps || !targets.some(isRead)) return [];
  return [...print(p, packedExpr(p.state)), ...E.globalSet(L.GLOBAL_FLAGS)];
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
