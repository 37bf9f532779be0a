import { isDeepStrictEqual } from 'node:util';
import { byPlace, hex, type NameEntry } from './entry.ts';
import type { NameFormat } from './formats/format.ts';

export interface Exported {
  readonly text: string;
  /** What the format has no place for, with the addresses. */
  readonly left: readonly { readonly what: string; readonly addresses: readonly string[] }[];
}

/** A name map in another format. Functions without a name get the kind of name that an import drops again. */
export function exportNames(entries: readonly NameEntry[], format: NameFormat): Exported {
  const sorted = [...entries].sort(byPlace);
  const named = format.id === 'name_map' || format.id === 'xenonrecomp' ? sorted : sorted.map(withStandIn);
  const text = format.print(named);
  return { text, left: format.id === 'name_map' ? [] : lost(sorted, format, text) };
}

const withStandIn = (entry: NameEntry): NameEntry =>
  entry.name === undefined && entry.create === true
    ? { ...entry, name: `FUN_${entry.address.toString(16).padStart(8, '0')}`, kind: 'function' }
    : entry;

/** Found by reading back what was written: a format cannot claim to hold what it does not. */
function lost(entries: readonly NameEntry[], format: NameFormat, text: string): Exported['left'] {
  const read = format.read(text);
  const back = new Map((read.ok ? read.value : []).map((entry) => [entry.address, entry]));
  const left = new Map<string, string[]>();
  const note = (what: string, { address }: NameEntry): void => {
    const known = left.get(what);
    if (known === undefined) left.set(what, [hex(address)]);
    else known.push(hex(address));
  };
  for (const entry of entries) {
    const after = back.get(entry.address);
    if (after === undefined) note('entries', entry);
    else for (const what of WORTH_TELLING) if (!isSame(entry[what], after[what])) note(what, entry);
  }
  return [...left].map(([what, addresses]) => ({ what, addresses }));
}

const WORTH_TELLING = [
  'name', 'size', 'signature', 'comment', 'jump_table', 'evidence', 'program',
] as const; // biome-ignore format: one list

const isSame = (a: unknown, b: unknown): boolean => a === undefined || isDeepStrictEqual(a, b);
