import { listingOf } from './folder-listing.ts';
import type { Signature } from './seen-entry.ts';
import { isListing, type SeenTable } from './seen-table.ts';
import { absolute, DOUBTFUL, fill, lookInto, WHOLE, WORDS } from './seen-words.ts';

/** New signatures for some entries; `undefined` makes one doubtful. */
export function withSignatures(
  table: SeenTable,
  header: unknown,
  changed: ReadonlyMap<number, Signature | undefined>,
): SeenTable {
  const kinds = table.kinds.slice();
  const signatures = table.signatures.slice();
  for (const [i, signature] of changed) {
    const code = (kinds[i] ?? 0) & ~DOUBTFUL;
    kinds[i] = signature ? code : code | DOUBTFUL;
    if (signature) fill(signature, code, signatures, i * WORDS);
  }
  return { ...table, header, kinds, signatures };
}

/** The table with these entries as they are now, whatever they were. */
export function lookedAt(root: string, table: SeenTable, indexes: Iterable<number>): SeenTable {
  const signatures = table.signatures.slice();
  for (const i of indexes) {
    const path = absolute(root, table.paths[i] ?? '');
    const code = table.kinds[i] ?? 0;
    lookInto(path, code, signatures, i * WORDS);
    if (isListing(table, i)) signatures[i * WORDS + 2] = listingOf(path, (code & WHOLE) !== 0);
  }
  return { ...table, kinds: table.kinds.map((code) => code & ~DOUBTFUL), signatures };
}
