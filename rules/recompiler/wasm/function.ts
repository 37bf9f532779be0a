import { type Block, cutBlocks, type PlacedInstruction } from '../lift/blocks.ts';
import type { Body } from '../lift/body.ts';
import { leavesRegisters, NONE } from '../lift/effects.ts';
import { planFlags, stateAfter, stateThrough } from '../lift/flags.ts';
import { canLeave, planRegisters } from '../lift/registers.ts';
import { isJumpBack, withResumePoints } from '../lift/resume-points.ts';
import * as E from './encoding.ts';
import { printEntry } from './entry.ts';
import { printFlow, printJump } from './flow.ts';
import { blockLocal, type Printer, type WasmContext } from './printer.ts';
import { printStatement } from './statement.ts';

export interface PrintedFunction {
  readonly code: Uint8Array;
  /** Where an interrupted thread may go on in it: the address, and the number of the block. */
  readonly resumes: readonly (readonly [address: number, block: number])[];
}

/** One WebAssembly function for one guest function: a loop around a switch over its blocks, in address order. */
export function printWasmFunction(body: Body, context: WasmContext): PrintedFunction {
  const whole = context.countsJumps ? withResumePoints(context.image, body) : body;
  const blocks = cutBlocks(context.image, whole);
  const p = startPrinter(body, whole, context, blocks);
  const code: number[] = [];
  const push = (part: E.Code): void => {
    for (const byte of part) code.push(byte);
  };
  push(printEntry(p));
  push(E.LOOP);
  for (let i = 0; i < blocks.length; i++) push(E.BLOCK);
  push(printSwitch(p, blocks.length));
  for (const block of blocks) {
    push(E.END);
    push(printBlock(p, block));
    p.block++;
  }
  push([0x00, ...E.END, 0x00, ...E.END]);
  const resumes = whole.entries
    .filter((entry) => !body.entries.includes(entry))
    .map((entry) => [entry, p.blockIndex.get(entry) ?? 0] as const);
  return { code: sized(p, code), resumes };
}

const startPrinter = (
  { entries }: Body,
  body: Body,
  context: WasmContext,
  blocks: readonly Block[],
): Printer => ({
  body,
  entries,
  context,
  registers: planRegisters(
    body,
    blocks,
    (block) => canLeave(block) || (context.countsJumps && endsInJumpBack(block)),
  ),
  flags: planFlags(body, blocks, context.readsFlags),
  locals: new Map(),
  localTypes: [],
  blockIndex: new Map(blocks.map((block, i) => [block.start, i])),
  block: 0,
  depth: 0,
  address: body.start,
  state: 'stored',
});

function endsInJumpBack({ start, next, instructions }: Block): boolean {
  const last = instructions[instructions.length - 1]?.address ?? start;
  return next.some((to) => isJumpBack(last, to));
}

/** Its length, its locals, its code. */
function sized(p: Printer, code: E.Code): Uint8Array {
  const locals = p.localTypes.flatMap((type) => [1, E.VALUE_TYPES[type]]);
  const whole = [...E.unsigned(p.localTypes.length), ...locals];
  const size = whole.length + code.length;
  return Buffer.concat([E.bytes([...E.unsigned(size), ...whole]), Uint8Array.from(code)]);
}

function printSwitch(p: Printer, count: number): number[] {
  const targets = Array.from({ length: count }, (_, i) => E.unsigned(i)).flat();
  return [
    ...E.localGet(blockLocal(p)),
    0x0e,
    ...E.unsigned(count),
    ...targets,
    ...E.unsigned(Math.max(0, count - 1)),
  ];
}

function printBlock(p: Printer, block: Block): number[] {
  p.state = p.flags.atTop.get(block.start) ?? 'stored';
  p.depth = 0;
  const code: number[] = [];
  for (const placed of block.instructions) {
    p.address = placed.address;
    const before = p.state;
    for (const part of printInstruction(p, placed)) code.push(part);
    p.state = stateThrough(placed.meaning, before);
  }
  const last = block.instructions[block.instructions.length - 1];
  return last === undefined ? code : [...code, ...printFall(p, last)];
}

/** On to the next instruction, unless control never gets there. */
function printFall(p: Printer, { address, meaning: { flow } }: PlacedInstruction): number[] {
  if (flow.k === 'jump' || flow.k === 'jump_to' || flow.k === 'trap') return [];
  const dirty = leavesRegisters(flow) ? NONE : (p.registers.dirty.get(address) ?? NONE);
  return printJump(p, address + 4, dirty);
}

function printInstruction(p: Printer, { address, meaning }: PlacedInstruction): number[] {
  const code: number[] = [];
  for (const s of meaning.statements) {
    for (const byte of printStatement(p, s, p.flags.store.get(address) ?? 0)) code.push(byte);
    if (s.k === 'flags') p.state = stateAfter(s);
  }
  return [...code, ...printFlow(p, { address, meaning })];
}
