import { getOrMake } from '../../../src/base/get-or-make.ts';
import { type Expr, expressionOfFlow, type Instruction } from '../ir/ir.ts';
import { bits, signed } from '../ir/op.ts';
import { opNamed } from '../ir/ops.ts';
import { makeAddressSet } from './address-set.ts';
import { type Body, successors } from './body-shape.ts';
import type { Image } from './image.ts';

/**
 * What is known of a value: a constant; a constant plus something unknown; an element of a table, shifted; the
 * same added to a constant, which is what a compiled switch jumps to. Constants may lie on the stack in between.
 */
type Known =
  | { readonly k: 'constant'; readonly value: bigint }
  | { readonly k: 'indexed'; readonly base: bigint }
  | { readonly k: 'element'; readonly element: Element }
  /** The stack pointer as it was on entry, plus an offset. */
  | { readonly k: 'stack'; readonly offset: bigint }
  | { readonly k: 'target'; readonly base: bigint; readonly element: Element }
  | undefined;

interface Element {
  readonly table: bigint;
  readonly bytes: number;
  readonly isSigned: boolean;
  readonly shift: number;
}

/** Known values of x0..x30 and sp, and of the words that the function put on the stack. */
interface Registers {
  readonly x: Known[];
  /** By number; `null`: something unknown was written there, absent: nothing was. */
  slots: (Known | null)[];
  /** Another state may have the same slots: they are copied before they change. */
  isShared: boolean;
  readonly numbers: SlotNumbers;
}

/** Of each place on the stack, by its offset, in the order in which they are met. */
type SlotNumbers = Map<bigint, number>;

const REGISTERS = 32;

const nothing = (numbers: SlotNumbers): Registers => ({
  x: new Array<Known>(REGISTERS).fill(undefined),
  slots: [],
  isShared: true,
  numbers,
});

function copyOf(state: Registers): Registers {
  state.isShared = true;
  return { ...state, x: state.x.slice() };
}

function setSlot(state: Registers, number: number, known: Known | null): void {
  if (state.isShared) state.slots = state.slots.slice();
  state.isShared = false;
  state.slots[number] = known;
}

const MAX_ENTRIES = 4096;
/** A call may change these; what the rest hold survives it in code that keeps to the procedure call standard. */
const LAST_CALLER_SAVED = 18;

/**
 * Propagates constants over the function's flow and reads the tables that its open jumps go through. Other entries
 * know nothing, and would spoil what the start knows: they count only once nothing more is found without them.
 */
export function findJumpTables(image: Image, body: Body): ReadonlyMap<number, readonly number[]> {
  const states = new Map<number, Registers>();
  const numbers: SlotNumbers = new Map();
  propagate(image, body, states, numbers, [body.start]);
  const found = tablesOf(image, body, states);
  if (found.size > body.tables.size) return found;
  propagate(
    image,
    body,
    states,
    numbers,
    body.entries.filter((entry) => !states.has(entry)),
  );
  return new Map([...tablesOf(image, body, states), ...found]);
}

function tablesOf(
  image: Image,
  body: Body,
  states: ReadonlyMap<number, Registers>,
): ReadonlyMap<number, readonly number[]> {
  const jumps = new Map<number, Element & { base: bigint }>();
  for (const at of body.addresses) {
    const instruction = image.instruction(at);
    const state = states.get(at);
    if (instruction?.flow.k !== 'jump_to' || instruction.flow.isReturn || state === undefined) continue;
    const target = evaluate(expressionOfFlow(instruction.flow), at, state, []);
    if (target?.k === 'target') jumps.set(at, { ...target.element, base: target.base });
    if (target?.k === 'element') jumps.set(at, { ...target.element, base: 0n });
  }
  const tableStarts = [...jumps.values()].map((j) => j.table);
  const found = new Map<number, readonly number[]>();
  for (const [at, jump] of jumps) {
    const targets = readTable(image, body, jump, tableStarts);
    if (targets.length > 0) found.set(at, targets);
  }
  return found;
}

/** Reads on while entries lead into the function: one too many costs a label, one too few a slow jump. */
function readTable(
  image: Image,
  body: Body,
  jump: Element & { base: bigint },
  tableStarts: readonly bigint[],
): readonly number[] {
  const targets = new Set<number>();
  for (let i = 0; i < MAX_ENTRIES; i++) {
    const from = jump.table + BigInt(i * jump.bytes);
    if (i > 0 && tableStarts.includes(from)) break;
    const raw = image.read(Number(from), jump.bytes);
    if (raw === undefined) break;
    const offset = jump.isSigned ? signed(jump.bytes * 8, raw) : raw;
    const target = Number(bits(64, jump.base + (offset << BigInt(jump.shift))));
    if (target < body.start || target >= body.end || !image.isCode(target)) break;
    targets.add(target);
  }
  return [...targets].sort((a, b) => a - b);
}

/**
 * Adds what is known where ways meet, and at each open jump. Between them one state is carried along and changed in
 * place: a function has many times more instructions than such places.
 */
function propagate(
  image: Image,
  body: Body,
  states: Map<number, Registers>,
  numbers: SlotNumbers,
  from: readonly number[],
): void {
  const extent = { codeStart: body.start, codeEnd: body.end };
  const inside = makeAddressSet(extent);
  for (const at of body.addresses) inside.add(at);
  const joins = makeAddressSet(extent);
  for (const at of joinsOf(image, body)) joins.add(at);
  const pending: number[] = [];
  const meet = (at: number, registers: Registers): void => {
    const known = states.get(at);
    const merged = known ? merge(known, registers) : copyOf(registers);
    if (merged === known) return;
    states.set(at, merged);
    pending.push(at);
  };
  for (const entry of from)
    if (inside.has(entry)) meet(entry, entry === body.start ? atStart(numbers) : nothing(numbers));
  for (let first = pending.pop(); first !== undefined; first = pending.pop()) {
    const state = copyOf(states.get(first) ?? nothing(numbers));
    for (let at: number | undefined = first; at !== undefined; ) {
      const instruction = image.instruction(at);
      if (instruction === undefined) break;
      if (instruction.flow.k === 'jump_to') states.set(at, copyOf(state));
      step(instruction, at, state);
      let alone: number | undefined;
      for (const to of body.tables.get(at) ?? successors(at, instruction.flow))
        if (joins.has(to)) {
          if (inside.has(to)) meet(to, state);
        } else if (inside.has(to)) alone = to;
      at = alone;
    }
  }
}

const atStart = (numbers: SlotNumbers): Registers => {
  const state = nothing(numbers);
  state.x[31] = { k: 'stack', offset: 0n };
  return state;
};

/** Where control may come from more than the instruction before. */
function joinsOf(image: Image, body: Body): ReadonlySet<number> {
  const joins = new Set([...body.entries, ...[...body.tables.values()].flat()]);
  for (const at of body.addresses) {
    const flow = image.instruction(at)?.flow;
    if (flow?.k === 'jump' || flow?.k === 'branch') joins.add(at + flow.offset);
  }
  return joins;
}

/** Changes the state to what is known after an instruction. */
function step(instruction: Instruction, at: number, state: Registers): void {
  const temps: Known[] = [];
  for (const s of instruction.statements) {
    if (s.k === 'let') temps[s.id] = evaluate(s.value, at, state, temps);
    else if (s.k === 'setx') state.x[s.n] = evaluate(s.value, at, state, temps);
    else if (s.k === 'store' && s.size === 64) storeSlot(state, s.address, s.value, at, temps);
  }
  const flow = instruction.flow.k;
  if (flow !== 'call' && flow !== 'call_to' && flow !== 'system_call') return;
  state.x.fill(undefined, 0, LAST_CALLER_SAVED + 1);
  state.x[30] = undefined;
}

/** Only constants are worth remembering; anything else marks the slot as unknown. */
function storeSlot(state: Registers, address: Expr, value: Expr, at: number, temps: readonly Known[]): void {
  const place = evaluate(address, at, state, temps);
  if (place?.k !== 'stack') return;
  const stored = evaluate(value, at, state, temps);
  const { numbers } = state;
  const number = getOrMake(numbers, place.offset, () => numbers.size);
  setSlot(state, number, stored?.k === 'constant' ? stored : null);
}

/**
 * `a` itself where nothing changes. A slot that one path never wrote keeps what the other wrote: nobody reads what was
 * not written, and such paths are mostly calls that do not come back.
 */
function merge(a: Registers, b: Registers): Registers {
  let merged: Registers | undefined;
  for (let n = 0; n < REGISTERS; n++)
    if (a.x[n] !== undefined && !same(a.x[n], b.x[n])) {
      merged ??= copyOf(a);
      merged.x[n] = undefined;
    }
  if (a.slots === b.slots) return merged ?? a;
  for (let number = 0; number < b.slots.length; number++) {
    const known = b.slots[number];
    const before = a.slots[number];
    if (known === undefined || before === null) continue;
    const isNew = before === undefined;
    if (!isNew && known !== null && same(before, known)) continue;
    merged ??= copyOf(a);
    setSlot(merged, number, isNew ? known : null);
  }
  return merged ?? a;
}

function same(a: Known, b: Known): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined || a.k !== b.k) return false;
  if (a.k === 'constant') return b.k === 'constant' && a.value === b.value;
  if (a.k === 'indexed') return b.k === 'indexed' && a.base === b.base;
  if (a.k === 'stack') return b.k === 'stack' && a.offset === b.offset;
  const [x, y] = [a.element, b.k === 'element' || b.k === 'target' ? b.element : undefined];
  const isSameElement =
    x.table === y?.table && x.bytes === y.bytes && x.isSigned === y.isSigned && x.shift === y.shift;
  return isSameElement && (a.k === 'element' || (b.k === 'target' && a.base === b.base));
}

function evaluate(e: Expr | undefined, at: number, registers: Registers, temps: readonly Known[]): Known {
  if (e === undefined) return undefined;
  switch (e.k) {
    case 'const':
      return e.type === 'v128' ? undefined : { k: 'constant', value: e.value };
    case 'pc':
      return { k: 'constant', value: BigInt((e.page ? at - (at % 4096) : at) + e.offset) };
    case 'x':
      return registers.x[e.n];
    case 'temp':
      return temps[e.id];
    case 'load': {
      const address = evaluate(e.address, at, registers, temps);
      if (address?.k === 'stack') return e.size === 64 ? slotAt(registers, address.offset) : undefined;
      // An index that came from a table itself is as good as any other.
      if ((address?.k !== 'indexed' && address?.k !== 'target') || e.size === 128) return undefined;
      return { k: 'element', element: { table: address.base, bytes: e.size / 8, isSigned: false, shift: 0 } };
    }
    case 'op':
      return evaluateOp(
        e.op,
        e.args.map((arg) => evaluate(arg, at, registers, temps)),
      );
    default:
      return undefined;
  }
}

function slotAt({ slots, numbers }: Registers, offset: bigint): Known {
  const number = numbers.get(offset);
  return number === undefined ? undefined : (slots[number] ?? undefined);
}

function evaluateOp(name: string, args: readonly Known[]): Known {
  const [a, b] = args;
  const constants = args.map((arg) => (arg?.k === 'constant' ? arg.value : undefined));
  if (constants.every((c) => c !== undefined))
    return { k: 'constant', value: opNamed(name).evaluate(...constants) };
  if (name === 'add64') return add(a, b) ?? add(b, a);
  if (name === 'sub64' && a?.k === 'stack' && b?.k === 'constant')
    return { k: 'stack', offset: bits(64, a.offset - b.value) };
  if (a?.k !== 'element') return undefined;
  if (name === 'trunc' || name === 'zext') return a;
  const isWhole = { sext8: 1, sext16: 2, sext: 4 }[name] === a.element.bytes;
  if (isWhole) return { k: 'element', element: { ...a.element, isSigned: true } };
  if (name === 'sext') return a;
  if (name === 'shl64' && b?.k === 'constant')
    return { k: 'element', element: { ...a.element, shift: a.element.shift + Number(b.value) } };
  return undefined;
}

function add(a: Known, b: Known): Known {
  if (a?.k !== 'constant') return undefined;
  if (b === undefined) return { k: 'indexed', base: a.value };
  if (b.k === 'stack') return { k: 'stack', offset: bits(64, a.value + b.offset) };
  if (b.k === 'indexed') return { k: 'indexed', base: bits(64, a.value + b.base) };
  return b.k === 'element' ? { k: 'target', base: a.value, element: b.element } : undefined;
}
