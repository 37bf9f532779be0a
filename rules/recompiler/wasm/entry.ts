import { NONE } from '../lift/effects.ts';
import * as E from './encoding.ts';
import { setPackedFlags } from './flags.ts';
import * as L from './layout.ts';
import { addressConst, blockLocal, type Printer, readBack } from './printer.ts';

const PC_LOCAL = 0;

/** Loads what each entry needs, and chooses its block. An address that is no entry is interpreted. */
export function printEntry(p: Printer): number[] {
  const entries = p.entries.filter((entry) => p.blockIndex.has(entry));
  const only = entries[0];
  if (entries.length === 1 && only !== undefined && !p.context.countsJumps) return open(p, only);
  const tests = entries.flatMap((entry) => [
    ...E.localGet(PC_LOCAL),
    ...addressConst(entry),
    0x51,
    ...E.IF,
    ...open(p, entry),
    ...E.ELSE,
  ]);
  const otherwise = [
    ...(p.context.countsJumps ? resume(p) : []),
    ...E.localGet(PC_LOCAL),
    ...E.returnCall(L.hostFunction('go_on')),
    ...(p.context.countsJumps ? E.END : []),
  ];
  return [...tests, ...otherwise, ...entries.flatMap(() => E.END)];
}

function open(p: Printer, entry: number): number[] {
  const flags = p.flags.liveIn.get(entry) ? readFlags(p) : [];
  return [
    ...readBack(p, p.registers.liveIn.get(entry) ?? NONE),
    ...flags,
    ...E.i32Const(p.blockIndex.get(entry) ?? 0),
    ...E.localSet(blockLocal(p)),
  ];
}

/** Where a thread goes on that was interrupted; the host knows the block. Rare: everything is read. */
const resume = (p: Printer): number[] => [
  ...readBack(p, p.registers.used),
  ...readFlags(p),
  ...E.localGet(PC_LOCAL),
  ...E.call(L.hostFunction('block_at')),
  ...E.localSet(blockLocal(p)),
  ...E.localGet(blockLocal(p)),
  ...E.i32Const(0),
  0x48,
  ...E.IF,
];

const readFlags = (p: Printer): number[] => setPackedFlags(p, E.globalGet(L.GLOBAL_FLAGS));
