import { listingOf } from './folder-listing.ts';
import { type Difference, differences } from './look-at-seen.ts';
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
  let refreshed: Float64Array | undefined;
  for (const difference of differences(root, table, attention?.only)) {
    if (sameListing(root, table, difference, attention !== undefined)) {
      refreshed ??= table.signatures.slice();
      refreshed[difference.index * WORDS + 1] = isQuiet(difference) ? mtime(difference) : NO_TIME;
    } else {
      changed.push(difference.index);
    }
  }
  return refreshed ? { changed, refreshed: { ...table, signatures: refreshed } } : { changed };
}

/** Editors make and rename files while saving: the folder's time moves, but what is in it stays. */
function sameListing(root: string, table: SeenTable, now: Difference, isTold: boolean): boolean {
  const { index, words, at } = now;
  const code = table.kinds[index] ?? 0;
  const before = table.signatures.subarray(index * WORDS, index * WORDS + WORDS);
  if ((code & (KIND | DOUBTFUL)) !== LOAD || !isFolder(words, at)) return false;
  if (words[at + 3] !== before[3] || words[at + 4] !== before[4] || !(isTold || isQuiet(now))) return false;
  return listingOf(absolute(root, table.paths[index] ?? ''), (code & WHOLE) !== 0) === before[2];
}

/** How young a folder's last change may be for another to hide behind the same time. */
const YOUNG_MS = 25;

const mtime = ({ words, at }: Difference): number => words[at + 1] ?? 0;

const isQuiet = (now: Difference): boolean => mtime(now) < Date.now() - YOUNG_MS;
