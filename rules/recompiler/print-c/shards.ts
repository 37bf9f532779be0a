import type { Discovery } from '../lift/discover.ts';
import type { Image } from '../lift/image.ts';
import { makesThreads } from '../lift/makes-threads.ts';
import { readsFlagsFirst } from '../lift/reads-flags.ts';
import { type PrintContext, printFunction, symbolOf } from './function.ts';

export interface Shard {
  readonly name: string;
  readonly text: string;
}

/**
 * One C file for each window of code addresses that a function starts in. A file holds nothing but its own
 * functions and the names they refer to, so that a change elsewhere leaves it as it is.
 */
export function printShards(
  image: Image,
  discovery: Discovery,
  names: ReadonlyMap<number, string>,
  windowBytes: number,
): readonly Shard[] {
  const context: PrintContext = {
    image,
    isFunction: (address) => discovery.starts.has(address),
    readsFlags: (address) => readsFlagsFirst(image, address),
    nameOf: (address) => names.get(address),
    countsJumps: makesThreads(image),
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
