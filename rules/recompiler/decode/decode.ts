import { compilePattern, extractFields, type Fields, type Pattern } from './pattern.ts';
import { ROWS } from './table.ts';

export interface Decoded {
  readonly name: string;
  readonly fields: Fields;
}

interface Row {
  readonly name: string;
  readonly pattern: Pattern;
}

const rows: readonly Row[] = ROWS.map(([name, text]) => ({ name, pattern: compilePattern(text) })).sort(
  (a, b) => countBits(b.pattern.mask) - countBits(a.pattern.mask),
);

/** Rows by the top eleven bits: the few that could match a word, most specific first. */
const INDEX_SHIFT = 21;
const index: readonly (readonly Row[])[] = Array.from({ length: 1 << (32 - INDEX_SHIFT) }, (_, top) =>
  rows.filter(
    ({ pattern }) => (((top << INDEX_SHIFT) ^ pattern.value) & pattern.mask & -(1 << INDEX_SHIFT)) === 0,
  ),
);

/** `undefined`: a word that no row matches. */
export function decode(word: number): Decoded | undefined {
  for (const { name, pattern } of index[word >>> INDEX_SHIFT] ?? [])
    if ((word & pattern.mask) === pattern.value) return { name, fields: extractFields(pattern, word) };
  return undefined;
}

function countBits(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}
