import type { Discovery } from '../lift/discover.ts';
import { flagsRead } from '../lift/flags.ts';
import { expressionOfFlow, expressionsOf } from '../ir/ir.ts';
import type { Image } from '../lift/image.ts';
import { printFunction, type PrintContext, symbolOf } from './function.ts';

export interface Shard {
  readonly name: string;
  readonly text: string;
}

/** How far a flag may travel into another function before it is read or set. */
const FLAG_SCAN = 16;

/**
 * One C file for each window of code addresses that a function starts in. A file holds nothing but its own
 * functions and the names they refer to, so that a change elsewhere leaves it as it is.
 */
export function printShards(image: Image, discovery: Discovery, names: ReadonlyMap<number, string>, windowBytes: number): readonly Shard[] {
  const context: PrintContext = {
    image,
    isFunction: (address) => discovery.starts.has(address),
    readsFlags: (address) => readsFlagsFirst(image, address),
    nameOf: (address) => names.get(address),
  };
  const windows = new Map<number, string[]>();
  const references = new Map<number, Set<number>>();
  for (const body of discovery.functions) {
    const window = Math.floor(body.start / windowBytes) * windowBytes;
    const printed = printFunction(body, context);
    windows.set(window, [...(windows.get(window) ?? []), printed.text]);
    const known = references.get(window) ?? new Set();
    references.set(window, known);
    for (const reference of [body.start, ...printed.references]) known.add(reference);
  }
  return [...windows].map(([window, texts]) => ({
    name: `code_${window.toString(16).padStart(8, '0')}.c`,
    text: `${header([...(references.get(window) ?? [])])}\n${texts.join('\n')}`,
  }));
}

const header = (references: number[]): string =>
  [
    '#include "recomp.h"',
    '',
    ...references.sort((a, b) => a - b).map((address) => `u64 ${symbolOf(address)}(S *, u64);`),
    '',
  ].join('\n');

function readsFlagsFirst(image: Image, from: number): boolean {
  for (let at = from; at < from + FLAG_SCAN * 4; at += 4) {
    const instruction = image.instruction(at);
    if (instruction === undefined) return false;
    for (const s of instruction.statements) {
      if (expressionsOf(s).some((e) => flagsRead(e) !== 0)) return true;
      if (s.k === 'flags') return s.when !== undefined || s.kind === 'adc' || s.kind === 'sbc';
    }
    const flow = expressionOfFlow(instruction.flow);
    if (flow && flagsRead(flow) !== 0) return true;
    if (instruction.flow.k !== 'next') return false;
  }
  return false;
}
