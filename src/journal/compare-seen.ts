import { listingOf } from './folder-listing.ts';
import { lookAtAll, lookOneByOne } from './look-at-seen.ts';
import type { SeenTable } from './seen-table.ts';
import { absolute, DOUBTFUL, isFolder, KIND, LOAD, NO_TIME, WHOLE, WORDS } from './seen-words.ts';

export interface Comparison {
  /** Indexes of the entries that are not as they were. */
  readonly changed: readonly number[];
  /** The table with newer times of folders whose entries are the same after all; absent: it needs no refreshing. */
  readonly refreshed?: SeenTable;
}

/** For a process that stays: what it is told of any later change, and what it has reason to look at. */
export interface Attention {
  /** Every later change will be told: however young a folder is, its entries say all there is to know. */
  readonly isTold: true;
  /** Absent: everything. */
  readonly only?: Iterable<number>;
}

export function compareSeen(root: string, table: SeenTable, attention?: Attention): Comparison {
  const changed: number[] = [];
  const { paths, kinds, signatures } = table;
  const { words, at: look } = (attention?.only ? lookOneByOne : lookAtAll)(root, table);
  let refreshed: Float64Array | undefined;
  for (const i of attention?.only ?? paths.keys()) {
    const code = kinds[i] ?? 0;
    const at = i * WORDS;
    const now = look(i);
    if ((code & DOUBTFUL) === 0 && sameWords(words, now, signatures, at)) continue;
    const path = absolute(root, paths[i] ?? '');
    if (sameListing(path, code, words, now, signatures, at, attention !== undefined)) {
      refreshed ??= signatures.slice();
      refreshed[at + 1] = isQuiet(words, now) ? (words[now + 1] ?? 0) : NO_TIME;
    } else {
      changed.push(i);
    }
  }
  return refreshed ? { changed, refreshed: { ...table, signatures: refreshed } } : { changed };
}

/** It is what it was as far as can be seen; one that was too young when it was seen is looked into all the same. */
export function looksTheSame(root: string, table: SeenTable, index: number): boolean {
  const { words, at } = lookOneByOne(root, table);
  return sameWords(words, at(index), table.signatures, index * WORDS);
}

const sameWords = (words: Float64Array, now: number, signatures: Float64Array, at: number): boolean =>
  words[now] === signatures[at] &&
  words[now + 1] === signatures[at + 1] &&
  (words[now + 2] === signatures[at + 2] || isFolder(words, now)) &&
  words[now + 3] === signatures[at + 3] &&
  words[now + 4] === signatures[at + 4];

/** Editors make and rename files while saving: the folder's time moves, but what is in it stays. */
function sameListing(
  path: string,
  code: number,
  words: Float64Array,
  now: number,
  before: Float64Array,
  at: number,
  isTold: boolean,
): boolean {
  if ((code & (KIND | DOUBTFUL)) !== LOAD) return false;
  const sameFolder =
    isFolder(words, now) && words[now + 3] === before[at + 3] && words[now + 4] === before[at + 4];
  if (!sameFolder || !(isTold || isQuiet(words, now))) return false;
  return listingOf(path, (code & WHOLE) !== 0) === before[at + 2];
}

/** How young a folder's last change may be for another to hide behind the same time. */
const YOUNG_MS = 25;

const isQuiet = (words: Float64Array, now: number): boolean => (words[now + 1] ?? 0) < Date.now() - YOUNG_MS;
