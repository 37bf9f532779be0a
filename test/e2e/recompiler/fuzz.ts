import { step } from '../../../rules/recompiler/interpret/interpret.ts';
import { type Machine, type Memory, makeMachine } from '../../../rules/recompiler/interpret/state.ts';
import type { FuzzCase } from './cases.ts';
import { freshMemory, instructionAddress, memoryAddress, readResult } from './snippets.ts';

export interface Mismatch {
  readonly row: string;
  readonly word: string;
  readonly what: string;
}

/** What our interpreter makes of each case, compared with what the oracle left in its state. */
export function compareWithOracle(
  cases: readonly FuzzCase[],
  states: Buffer,
  isCompact = false,
  only: Iterable<number> = cases.keys(),
): Mismatch[] {
  return [...only].flatMap((i) => {
    const c = cases[i];
    if (c === undefined) return [];
    const what = difference(c, i, states, isCompact);
    return what === undefined ? [] : [{ row: c.row, word: c.word.toString(16).padStart(8, '0'), what }];
  });
}

function difference(c: FuzzCase, index: number, states: Buffer, isCompact: boolean): string | undefined {
  const theirs = readResult(states, index);
  if (theirs.isRefused) return 'the oracle does not know the instruction';
  const memory = makeMemory(BigInt(memoryAddress(index)));
  const ours: Machine = makeMachine(memory);
  c.x.forEach((value, n) => {
    ours.x[n] = value;
  });
  c.v.forEach((value, n) => {
    ours.v[n] = value;
  });
  ours.nzcv = c.nzcv;
  step(ours, BigInt(instructionAddress(c, index, isCompact)), c.instruction);
  for (let n = 0; n < 32; n++)
    if (theirs.x[n] !== ours.x[n])
      return `x${n}: ${ours.x[n]?.toString(16)}, oracle ${theirs.x[n]?.toString(16)}`;
  if (theirs.nzcv !== ours.nzcv) return `nzcv: ${ours.nzcv.toString(16)}, oracle ${theirs.nzcv.toString(16)}`;
  for (let n = 0; n < 32; n++)
    if (theirs.v[n] !== ours.v[n])
      return `v${n}: ${ours.v[n]?.toString(16)}, oracle ${theirs.v[n]?.toString(16)}`;
  const at = memory.bytes.findIndex((byte, i) => byte !== theirs.memory[i]);
  return at < 0 ? undefined : `memory at ${at}`;
}

function makeMemory(base: bigint): Memory & { readonly bytes: Uint8Array } {
  const bytes = freshMemory();
  return {
    bytes,
    read: (address, size) => {
      let value = 0n;
      for (let i = size - 1; i >= 0; i--)
        value = (value << 8n) | BigInt(bytes[Number(address - base) + i] ?? 0);
      return value;
    },
    write: (address, size, value) => {
      for (let i = 0; i < size; i++)
        bytes[Number(address - base) + i] = Number((value >> BigInt(8 * i)) & 255n);
    },
  };
}
