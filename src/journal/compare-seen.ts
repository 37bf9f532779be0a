import { listingOf } from './folder-listing.ts';
import type { SeenTable } from './seen-table.ts';
import { absolute, DOUBTFUL, isFolder, KIND, LOAD, lookInto, NO_TIME, WHOLE, WORDS } from './seen-words.ts';

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
  const now = new Float64Array(WORDS);
  const changed: number[] = [];
  const { paths, kinds, signatures } = table;
  let refreshed: Float64Array | undefined;
  for (const i of attention?.only ?? paths.keys()) {
    const code = kinds[i] ?? 0;
    const path = absolute(root, paths[i] ?? '');
    const at = i * WORDS;
    lookInto(path, code, now, 0);
    if ((code & DOUBTFUL) === 0 && sameWords(now, signatures, at)) continue;
    if (sameListing(path, code, now, signatures, at, attention !== undefined)) {
      refreshed ??= signatures.slice();
      refreshed[at + 1] = isQuiet(now) ? (now[1] ?? 0) : NO_TIME;
    } else {
      changed.push(i);
    }
  }
  return refreshed ? { changed, refreshed: { ...table, signatures: refreshed } } : { changed };
}

/** It is what it was as far as can be seen; one that was too young when it was seen is looked into all the same. */
export function looksTheSame(root: string, { paths, kinds, signatures }: SeenTable, index: number): boolean {
  const now = new Float64Array(WORDS);
  lookInto(absolute(root, paths[index] ?? ''), kinds[index] ?? 0, now, 0);
  return sameWords(now, signatures, index * WORDS);
}

const sameWords = (now: Float64Array, signatures: Float64Array, at: number): boolean =>
  now[0] === signatures[at] &&
  now[1] === signatures[at + 1] &&
  (now[2] === signatures[at + 2] || isFolder(now, 0)) &&
  now[3] === signatures[at + 3] &&
  now[4] === signatures[at + 4];

/** Editors make and rename files while saving: the folder's time moves, but what is in it stays. */
function sameListing(
  path: string,
  code: number,
  now: Float64Array,
  before: Float64Array,
  at: number,
  isTold: boolean,
): boolean {
  if ((code & (KIND | DOUBTFUL)) !== LOAD) return false;
  const sameFolder = isFolder(now, 0) && now[3] === before[at + 3] && now[4] === before[at + 4];
  return sameFolder && (isTold || isQuiet(now)) && listingOf(path, (code & WHOLE) !== 0) === before[at + 2];
}

/** How young a folder's last change may be for another to hide behind the same time. */
const YOUNG_MS = 25;

const isQuiet = (now: Float64Array): boolean => (now[1] ?? 0) < Date.now() - YOUNG_MS;
