import {
  type Expr,
  expressionOfFlow,
  expressionsOf,
  type FlagKind,
  type FlagsStatement,
  type Instruction,
  visit,
} from '../ir/ir.ts';
import type { Block } from './blocks.ts';
import type { Body } from './body.ts';

/**
 * Where the flags are when an instruction reads them: still as the operands of the compare that set them (so that
 * compare and branch become one C expression), or stored in N, Z, C, V.
 */
export type FlagState = 'stored' | `${FlagKind}:${32 | 64}`;

export interface FlagPlan {
  readonly atTop: ReadonlyMap<number, FlagState>;
  /** Which of N, Z, C, V (8, 4, 2, 1) a flag-setting instruction must store. */
  readonly store: ReadonlyMap<number, number>;
  /** Entries that need the flags from the guest state. */
  readonly liveIn: ReadonlyMap<number, number>;
}

/** The state that a flag setting leaves behind. */
export function stateAfter(s: FlagsStatement): FlagState {
  const keepsOperands = s.when === undefined && s.kind !== 'adc' && s.kind !== 'sbc' && s.kind !== 'nzcv';
  return keepsOperands ? `${s.kind}:${s.width}` : 'stored';
}

export function planFlags(
  body: Body,
  blocks: readonly Block[],
  readsFlags: (address: number) => boolean,
): FlagPlan {
  const atTop = findStates(body, blocks);
  return { atTop, ...findStores(blocks, atTop, readsFlags) };
}

function findStates(body: Body, blocks: readonly Block[]): Map<number, FlagState> {
  const atTop = new Map<number, FlagState>(body.entries.map((entry) => [entry, 'stored']));
  for (let changed = true; changed; ) {
    changed = false;
    for (const block of blocks) {
      let state = atTop.get(block.start);
      if (state === undefined) continue;
      for (const { meaning } of block.instructions) state = stateThrough(meaning, state);
      for (const next of block.next) {
        const before = atTop.get(next);
        const after = before === undefined || before === state ? state : 'stored';
        if (after === before) continue;
        atTop.set(next, after);
        changed = true;
      }
    }
  }
  return atTop;
}

export function stateThrough(meaning: Instruction, before: FlagState): FlagState {
  let state = before;
  for (const s of meaning.statements) if (s.k === 'flags') state = stateAfter(s);
  // By the procedure call standard nothing is left of the flags after a call.
  return meaning.flow.k === 'call' || meaning.flow.k === 'call_to' ? 'stored' : state;
}

const ALL = 15;
/** What each pair of conditions (EQ/NE, CS/CC, …) reads. */
const READ_BY_CONDITION = [4, 2, 8, 1, 6, 9, 13, 0] as const;

export const flagsOfCondition = (code: number): number => READ_BY_CONDITION[(code >> 1) & 7] ?? ALL;

export function flagsRead(e: Expr): number {
  let read = 0;
  visit(e, (part) => {
    if (part.k === 'cond') read |= flagsOfCondition(part.code);
    if (part.k === 'nzcv') read |= ALL;
  });
  return read;
}

function findStores(
  blocks: readonly Block[],
  atTop: ReadonlyMap<number, FlagState>,
  readsFlags: (address: number) => boolean,
): { store: Map<number, number>; liveIn: Map<number, number> } {
  const store = new Map<number, number>();
  const liveIn = new Map<number, number>();
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = blocks.length - 1; i >= 0; i--) {
      const block = blocks[i];
      if (block === undefined) continue;
      const live = liveAtTop(block, atTop.get(block.start) ?? 'stored', liveIn, store, readsFlags);
      if (live === (liveIn.get(block.start) ?? -1)) continue;
      liveIn.set(block.start, live);
      changed = true;
    }
  }
  return { store, liveIn };
}

function liveAtTop(
  block: Block,
  top: FlagState,
  liveIn: ReadonlyMap<number, number>,
  store: Map<number, number>,
  readsFlags: (address: number) => boolean,
): number {
  const states: FlagState[] = [];
  let state = top;
  for (const { meaning } of block.instructions) {
    states.push(state);
    state = stateThrough(meaning, state);
  }
  let live = liveAfter(block, state, liveIn, readsFlags);
  for (let i = block.instructions.length - 1; i >= 0; i--) {
    const placed = block.instructions[i];
    const before = states[i];
    if (placed === undefined || before === undefined) continue;
    live = liveBefore(placed.meaning, placed.address, before, live, store);
  }
  return live;
}

function liveAfter(
  block: Block,
  state: FlagState,
  liveIn: ReadonlyMap<number, number>,
  readsFlags: (address: number) => boolean,
): number {
  const last = block.instructions[block.instructions.length - 1];
  let live = block.next.reduce((all, next) => all | (liveIn.get(next) ?? 0), 0);
  if (last === undefined || state !== 'stored') return live;
  const { flow } = last.meaning;
  const target = flow.k === 'jump' || flow.k === 'branch' ? last.address + flow.offset : undefined;
  if (target !== undefined && !block.next.includes(target) && readsFlags(target)) live = ALL;
  if (block.fallsTo !== undefined && readsFlags(block.fallsTo)) live = ALL;
  return live;
}

function liveBefore(
  meaning: Instruction,
  address: number,
  before: FlagState,
  after: number,
  store: Map<number, number>,
): number {
  let live = after;
  if (meaning.flow.k === 'call' || meaning.flow.k === 'call_to') live = 0;
  const flowReads = expressionOfFlow(meaning.flow);
  let state = before;
  const stateBefore = meaning.statements.map((s) => {
    const at = state;
    if (s.k === 'flags') state = stateAfter(s);
    return at;
  });
  if (flowReads && state === 'stored') live |= flagsRead(flowReads);
  for (let i = meaning.statements.length - 1; i >= 0; i--) {
    const s = meaning.statements[i];
    if (s === undefined) continue;
    if (s.k === 'flags') {
      store.set(address, live);
      live = s.when && stateBefore[i] === 'stored' ? flagsOfCondition(s.when.code) : 0;
    }
    if (stateBefore[i] !== 'stored') continue;
    for (const e of expressionsOf(s)) live |= flagsRead(e);
    // The carry goes in as it is.
    if (s.k === 'flags' && (s.kind === 'adc' || s.kind === 'sbc')) live |= 2;
  }
  return live;
}
