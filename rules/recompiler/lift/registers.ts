import type { Block } from './blocks.ts';
import type { Body } from './body.ts';
import { effectsOf, equal, leavesRegisters, minus, NONE, type RegisterSet, union } from './effects.ts';

/** Where registers, which are locals of the printed function, must agree with the guest state in memory. */
export interface RegisterPlan {
  /** Written since memory was last up to date, before each instruction's flow: to be written back there. */
  readonly dirty: ReadonlyMap<number, RegisterSet>;
  /** Still needed after each call or system call: to be read again. */
  readonly reload: ReadonlyMap<number, RegisterSet>;
  /** To be read on entry at each entry address. */
  readonly liveIn: ReadonlyMap<number, RegisterSet>;
  readonly used: RegisterSet;
}

/** `leaves`: whether control may pass to other code at a block's end. */
export function planRegisters(
  body: Body,
  blocks: readonly Block[],
  leaves: (block: Block) => boolean = canLeave,
): RegisterPlan {
  const dirty = findDirty(body, blocks);
  const { liveIn, reload } = findLive(blocks, dirty, leaves);
  let used = NONE;
  for (const block of blocks)
    for (const { meaning } of block.instructions) {
      const e = effectsOf(meaning);
      used = union(used, union(e.reads, union(e.writes, e.flowReads)));
    }
  return { dirty, reload, liveIn, used };
}

function findDirty(body: Body, blocks: readonly Block[]): Map<number, RegisterSet> {
  const dirtyIn = new Map<number, RegisterSet>(body.entries.map((entry) => [entry, NONE]));
  const dirty = new Map<number, RegisterSet>();
  for (let changed = true; changed; ) {
    changed = false;
    for (const block of blocks) {
      let now = dirtyIn.get(block.start) ?? NONE;
      for (const { address, meaning } of block.instructions) {
        now = union(now, effectsOf(meaning).writes);
        dirty.set(address, now);
        if (leavesRegisters(meaning.flow)) now = NONE;
      }
      for (const next of block.next) {
        const before = dirtyIn.get(next) ?? NONE;
        const after = union(before, now);
        if (equal(before, after) && dirtyIn.has(next)) continue;
        dirtyIn.set(next, after);
        changed = true;
      }
    }
  }
  return dirty;
}

function findLive(
  blocks: readonly Block[],
  dirty: ReadonlyMap<number, RegisterSet>,
  leaves: (block: Block) => boolean,
): { liveIn: Map<number, RegisterSet>; reload: Map<number, RegisterSet> } {
  const liveIn = new Map<number, RegisterSet>();
  const reload = new Map<number, RegisterSet>();
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = blocks.length - 1; i >= 0; i--) {
      const block = blocks[i];
      if (block === undefined) continue;
      const live = liveAtTop(block, liveIn, dirty, reload, leaves);
      const before = liveIn.get(block.start);
      if (before && equal(before, live)) continue;
      liveIn.set(block.start, live);
      changed = true;
    }
  }
  return { liveIn, reload };
}

function liveAtTop(
  block: Block,
  liveIn: ReadonlyMap<number, RegisterSet>,
  dirty: ReadonlyMap<number, RegisterSet>,
  reload: Map<number, RegisterSet>,
  leaves: (block: Block) => boolean,
): RegisterSet {
  let live = block.next.reduce((all, next) => union(all, liveIn.get(next) ?? NONE), NONE);
  for (let i = block.instructions.length - 1; i >= 0; i--) {
    const placed = block.instructions[i];
    if (placed === undefined) continue;
    const { address, meaning } = placed;
    const e = effectsOf(meaning);
    const isLast = i === block.instructions.length - 1;
    const written = dirty.get(address) ?? NONE;
    if (leavesRegisters(meaning.flow)) {
      // Falling out of the function right after the call writes nothing back: memory is up to date.
      reload.set(address, live);
      live = written;
    } else if (isLast && leaves(block)) live = union(live, written);
    live = union(minus(union(live, e.flowReads), e.writes), e.reads);
  }
  return live;
}

/** Whether the block's last instruction can pass control out of the function. */
export function canLeave(block: Block): boolean {
  const last = block.instructions[block.instructions.length - 1];
  if (last === undefined || block.fallsTo !== undefined) return true;
  const { flow } = last.meaning;
  if (flow.k === 'jump' || flow.k === 'branch') return !block.next.includes(last.address + flow.offset);
  return flow.k === 'jump_to' || flow.k === 'trap';
}
