import { type Expr, expressionOfFlow, expressionsOf, type Flow, type Instruction, visit } from '../ir/ir.ts';

/** A set of registers: one bit each, x31 is the stack pointer. */
export interface RegisterSet {
  readonly x: number;
  readonly v: number;
}

export const NONE: RegisterSet = { x: 0, v: 0 };
export const union = (a: RegisterSet, b: RegisterSet): RegisterSet => ({ x: a.x | b.x, v: a.v | b.v });
export const minus = (a: RegisterSet, b: RegisterSet): RegisterSet => ({ x: a.x & ~b.x, v: a.v & ~b.v });
export const equal = (a: RegisterSet, b: RegisterSet): boolean => a.x === b.x && a.v === b.v;

/** The numbers of the bits that are set, lowest first. */
export function members(set: number): number[] {
  const numbers: number[] = [];
  for (let rest = set; rest !== 0; rest &= rest - 1) numbers.push(31 - Math.clz32(rest & -rest));
  return numbers;
}

/** What an instruction's statements, and then its flow, read and write. */
export interface Effects {
  readonly reads: RegisterSet;
  readonly writes: RegisterSet;
  readonly flowReads: RegisterSet;
}

const known = new WeakMap<Instruction, Effects>();

export function effectsOf(instruction: Instruction): Effects {
  const before = known.get(instruction);
  if (before) return before;
  const effects = computeEffects(instruction);
  known.set(instruction, effects);
  return effects;
}

function computeEffects(instruction: Instruction): Effects {
  let reads = NONE;
  let writes = NONE;
  for (const s of instruction.statements) {
    // What was written before in the same instruction is not read from outside.
    for (const e of expressionsOf(s)) reads = union(reads, minus(readsOf(e), writes));
    if (s.k === 'setx') writes = union(writes, { x: 1 << s.n, v: 0 });
    if (s.k === 'setv') writes = union(writes, { x: 0, v: 1 << s.n });
  }
  const flow = expressionOfFlow(instruction.flow);
  return { reads, writes, flowReads: flow ? readsOf(flow) : NONE };
}

function readsOf(e: Expr): RegisterSet {
  let x = 0;
  let v = 0;
  visit(e, (part) => {
    if (part.k === 'x') x |= 1 << part.n;
    if (part.k === 'v') v |= 1 << part.n;
  });
  return { x, v };
}

/** Whether control passes to other code that sees the registers in memory: they are written back before it. */
export const leavesRegisters = (flow: Flow): boolean =>
  flow.k === 'call' || flow.k === 'call_to' || flow.k === 'system_call';
