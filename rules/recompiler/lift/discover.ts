import type { Hints } from '../analyse/hints.ts';
import type { Instruction } from '../ir/ir.ts';
import { makeAddressSet } from './address-set.ts';
import { type Body, findBody, successors } from './body.ts';
import type { Image } from './image.ts';

export interface Discovery {
  /** By start, in order. */
  readonly functions: readonly Body[];
  readonly starts: ReadonlySet<number>;
}

/**
 * Functions of a program without symbols. Strong evidence (entry, hints, call targets) first; then what merely
 * looks like a pointer to code, unless a function already runs through it, in which case it becomes another entry
 * of that function. Ranges never overlap: a function ends where the next starts.
 *
 * Each round looks only at what the one before changed: what a function leads to is known once it was looked at.
 */
export function discover(image: Image, hints: Hints): Discovery {
  const search: Search = {
    image,
    hints,
    refused: new Set(hints.noStarts),
    starts: new Set(),
    entries: new Set(),
    functions: new Map(),
  };
  exploreCalls(search, [image.entry, ...functionSymbols(image), ...hints.starts, ...hints.named]);
  const told = [...storedAddresses(image)].map(({ to }) => to);
  const pointers = new Set([...told, ...hints.entries].filter(image.isCode));
  const examined = makeAddressSet(image);
  for (;;) {
    const functions = settle(search);
    const reached = makeAddressSet(image);
    for (const body of functions)
      for (const at of body.addresses) {
        reached.add(at);
        if (examined.has(at)) continue;
        examined.add(at);
        for (const address of computedAddresses(image, at)) if (image.isCode(address)) pointers.add(address);
      }
    const before = sizeOf(search);
    for (const pointer of pointers) (reached.has(pointer) ? addEntry : addStart)(search, pointer);
    pointers.clear();
    if (sizeOf(search) === before) return { functions, starts: search.starts };
  }
}

interface Search {
  readonly image: Image;
  readonly hints: Hints;
  /** Whoever says that a function starts here is not believed; control may still arrive. */
  readonly refused: ReadonlySet<number>;
  readonly starts: Set<number>;
  readonly entries: Set<number>;
  /** As they were last cut, by start. */
  readonly functions: Map<number, Body>;
}

const sizeOf = ({ starts, entries }: Search): number => starts.size + entries.size;

function addStart(search: Search, address: number): void {
  if (!search.image.isCode(address)) return;
  if (search.refused.has(address) && address !== search.image.entry) search.entries.add(address);
  else search.starts.add(address);
}

function addEntry({ starts, entries }: Search, address: number): void {
  if (!starts.has(address)) entries.add(address);
}

export const functionSymbols = (image: Image): number[] =>
  image.module.symbols.filter((s) => s.kind === 'function').map((s) => image.module.load_address + s.offset);

/** Follows control from the given starts; what is called becomes a start too. */
function exploreCalls(search: Search, from: Iterable<number>): void {
  const { image } = search;
  const reached = makeAddressSet(image);
  const pending: number[] = [];
  const begin = (address: number): void => {
    if (!image.isCode(address)) return;
    addStart(search, address);
    pending.push(address);
  };
  for (const address of from) begin(address);
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (reached.has(at)) continue;
    const instruction = image.instruction(at);
    if (instruction === undefined) continue;
    reached.add(at);
    if (instruction.flow.k === 'call') begin(at + instruction.flow.offset);
    for (const next of successors(at, instruction.flow)) pending.push(next);
  }
}

/** Words of the file that hold addresses, or look as if they did. */
export function* storedAddresses(image: Image): Generator<{ readonly from: number; readonly to: number }> {
  const { load_address, relocations } = image.module;
  for (const r of relocations) yield { from: load_address + r.offset, to: load_address + r.addend };
  if (load_address === 0) yield* dataWords(image);
}

function* dataWords(image: Image): Generator<{ readonly from: number; readonly to: number }> {
  for (const { segment, address, content } of image.segments) {
    if (segment.permissions.includes('x')) continue;
    for (let at = (8 - (address % 8)) % 8; at + 8 <= content.length; at += 8) {
      const word = image.read(address + at, 8);
      if (word !== undefined && word > 0n && word < 0x1_0000_0000n)
        yield { from: address + at, to: Number(word) };
    }
  }
}

/** ADR, and ADRP with the ADD that follows it within a few instructions. */
export function computedAddresses(image: Image, at: number): number[] {
  const [name, n, page] = addressOf(image.instruction(at), at);
  if (name === undefined || n === undefined || page === undefined) return [];
  if (name === 'adr') return isJumpBase(image, at) ? [] : [page];
  for (let next = at + 4; next <= at + 32; next += 4) {
    const set = image.instruction(next)?.statements[0];
    if (set?.k !== 'setx' || set.value.k !== 'op' || set.value.op !== 'add64') continue;
    const [base, offset] = set.value.args;
    if (base?.k === 'x' && base.n === n && offset?.k === 'const') return [page + Number(offset.value)];
  }
  return [];
}

/** A compiled switch adds a table's element to an address right behind the jump: no pointer that goes anywhere. */
function isJumpBase(image: Image, at: number): boolean {
  for (let next = at + 4; next <= at + 16; next += 4) {
    const flow = image.instruction(next)?.flow;
    if (flow?.k === 'jump_to') return !flow.isReturn;
    if (flow?.k !== 'next') return false;
  }
  return false;
}

function addressOf(
  instruction: Instruction | undefined,
  at: number,
): [name?: string, n?: number, value?: number] {
  const set = instruction?.statements[0];
  if (set?.k !== 'setx' || set.value.k !== 'pc' || instruction?.flow.k !== 'next') return [];
  const base = set.value.page ? at - (at % 4096) : at;
  return [set.value.page ? 'adrp' : 'adr', set.n, base + set.value.offset];
}

/** Cuts the code into functions until no jump leads into one in a place that is not an entry, and every callee is one. */
function settle(search: Search): readonly Body[] {
  const { image } = search;
  for (;;) {
    const { functions, changed } = cut(search);
    const before = sizeOf(search);
    for (const body of changed) for (const target of callTargets(image, body)) addStart(search, target);
    for (const body of changed)
      for (const target of leavingJumps(image, body)) {
        if (!image.isCode(target)) continue;
        (runsThrough(functions, target) ? addEntry : addStart)(search, target);
      }
    if (sizeOf(search) === before) return functions;
  }
}

function callTargets(image: Image, body: Body): number[] {
  const targets: number[] = [];
  for (const at of body.addresses) {
    const flow = image.instruction(at)?.flow;
    if (flow?.k === 'call' && image.isCode(at + flow.offset)) targets.push(at + flow.offset);
  }
  return targets;
}

/** All functions in order, and those that are not what they were. */
function cut({ image, hints, starts, entries, functions }: Search): {
  readonly functions: readonly Body[];
  readonly changed: readonly Body[];
} {
  const inOrder = [...starts].sort((a, b) => a - b);
  const more = [...entries].filter((e) => !starts.has(e)).sort((a, b) => a - b);
  const changed: Body[] = [];
  let at = 0;
  const all = inOrder.map((start, i) => {
    const end = inOrder[i + 1] ?? image.codeEnd;
    while ((more[at] ?? Infinity) < start) at++;
    const first = at;
    while ((more[at] ?? Infinity) < end) at++;
    const known = functions.get(start);
    // Starts and entries only ever come to what is there: as many are the same ones.
    if (known?.end === end && known.entries.length === at - first + 1) return known;
    const before = known?.end === end ? known : undefined;
    const isShorter = known?.entries.length === at - first + 1 && endsBefore(known, end);
    const body = isShorter
      ? { ...known, end }
      : findBody(image, start, end, more.slice(first, at), hints.tables, before);
    functions.set(start, body);
    changed.push(body);
    return body;
  });
  return { functions: all, changed };
}

/** A function that began behind it by now takes nothing from it. */
const endsBefore = ({ addresses, end }: Body, newEnd: number): boolean =>
  newEnd < end && (addresses.at(-1) ?? Infinity) < newEnd;

/** Whether an address is one of the instructions of the function that it lies in. */
function runsThrough(functions: readonly Body[], address: number): boolean {
  const owner = functions[firstAbove(functions.length, (i) => (functions[i]?.start ?? 0) > address) - 1];
  if (owner === undefined) return false;
  const { addresses } = owner;
  return addresses[firstAbove(addresses.length, (i) => (addresses[i] ?? 0) >= address)] === address;
}

/** The first index from which on something holds. */
function firstAbove(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Jumps, branches and falls out of the function's range. */
function leavingJumps(image: Image, body: Body): number[] {
  const leaving: number[] = [];
  for (const at of body.addresses)
    for (const to of successors(at, image.instruction(at)?.flow ?? { k: 'next' }))
      if (to < body.start || to >= body.end) leaving.push(to);
  return leaving;
}
