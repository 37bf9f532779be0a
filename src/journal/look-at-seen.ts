import { nativePart } from '../native/load-native.ts';
import { packedPaths, type SeenTable } from './seen-table.ts';
import { absolute, DOUBTFUL, isFolder, lookInto, WORDS } from './seen-words.ts';

/** An entry that is not what it was, as far as can be seen without looking into it. */
export interface Difference {
  readonly index: number;
  /** What it is now: the words from `at` on, until the next difference is asked for. */
  readonly words: Float64Array;
  readonly at: number;
}

/** Those of `only`, or of all. All are looked at at once where that can be done outside of JavaScript. */
export function differences(root: string, table: SeenTable, only?: Iterable<number>): Iterable<Difference> {
  const native = only === undefined ? nativePart() : undefined;
  if (!native) return lookOneByOne(root, table, only ?? table.kinds.keys());
  const { kinds, signatures } = table;
  const words = new Float64Array(signatures.length);
  const found = native.compareFiles(root, packedPaths(table), kinds, signatures, words);
  return found.map((index) => ({ index, words, at: index * WORDS }));
}

function* lookOneByOne(root: string, table: SeenTable, only: Iterable<number>): Iterable<Difference> {
  const words = new Float64Array(WORDS);
  const { paths, kinds, signatures } = table;
  for (const index of only) {
    const code = kinds[index] ?? 0;
    lookInto(absolute(root, paths[index] ?? ''), code, words, 0);
    if ((code & DOUBTFUL) !== 0 || !sameWords(words, signatures, index * WORDS))
      yield { index, words, at: 0 };
  }
}

/** It is what it was as far as can be seen; one that was too young when it was seen is looked into all the same. */
export function looksTheSame(root: string, { paths, kinds, signatures }: SeenTable, index: number): boolean {
  const now = new Float64Array(WORDS);
  lookInto(absolute(root, paths[index] ?? ''), kinds[index] ?? 0, now, 0);
  return sameWords(now, signatures, index * WORDS);
}

/** Of a folder that was read, the third word stands for its entries. */
const sameWords = (now: Float64Array, signatures: Float64Array, at: number): boolean =>
  now[0] === signatures[at] &&
  now[1] === signatures[at + 1] &&
  (now[2] === signatures[at + 2] || isFolder(now, 0)) &&
  now[3] === signatures[at + 3] &&
  now[4] === signatures[at + 4];
