import type { Instruction } from '../ir/ir.ts';
import { type Body, successors } from './body.ts';
import type { Image } from './image.ts';

export interface PlacedInstruction {
  readonly address: number;
  readonly meaning: Instruction;
}

/** Straight-line code: entered at its top, left at its bottom (calls in it come back). */
export interface Block {
  readonly start: number;
  readonly instructions: readonly PlacedInstruction[];
  /** Blocks of the same function that may follow. */
  readonly next: readonly number[];
  /** The address control falls to where it does not jump, if it is another function's or no code. */
  readonly fallsTo: number | undefined;
}

export function cutBlocks(image: Image, body: Body): readonly Block[] {
  const inside = new Set(body.addresses);
  const leaders = findLeaders(image, body, inside);
  const blocks: Block[] = [];
  let current: PlacedInstruction[] = [];
  const close = (): void => {
    const last = current[current.length - 1];
    const first = current[0];
    if (last === undefined || first === undefined) return;
    const targets = body.tables.get(last.address) ?? successors(last.address, last.meaning.flow);
    const falls = canFall(last.meaning) && !inside.has(last.address + 4) ? last.address + 4 : undefined;
    blocks.push({
      start: first.address,
      instructions: current,
      next: targets.filter((t) => inside.has(t)),
      fallsTo: falls,
    });
    current = [];
  };
  for (const address of body.addresses) {
    const meaning = image.instruction(address);
    if (meaning === undefined) continue;
    const previous = current[current.length - 1];
    if (leaders.has(address) || (previous && previous.address + 4 !== address)) close();
    current.push({ address, meaning });
    if (endsBlock(meaning)) close();
  }
  close();
  return blocks;
}

function findLeaders(image: Image, body: Body, inside: ReadonlySet<number>): ReadonlySet<number> {
  const leaders = new Set(body.entries);
  for (const targets of body.tables.values()) for (const target of targets) leaders.add(target);
  for (const address of body.addresses) {
    const flow = image.instruction(address)?.flow;
    if (flow?.k === 'jump' || flow?.k === 'branch')
      if (inside.has(address + flow.offset)) leaders.add(address + flow.offset);
  }
  return leaders;
}

const endsBlock = (meaning: Instruction): boolean =>
  meaning.flow.k === 'jump' ||
  meaning.flow.k === 'branch' ||
  meaning.flow.k === 'jump_to' ||
  meaning.flow.k === 'trap';

const canFall = (meaning: Instruction): boolean =>
  meaning.flow.k !== 'jump' && meaning.flow.k !== 'jump_to' && meaning.flow.k !== 'trap';
