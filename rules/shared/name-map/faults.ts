import { byPlace, hex, type NameEntry, sureness } from './entry.ts';

/** Two functions that claim the same bytes. */
export interface Overlap {
  readonly first: Claim;
  readonly second: Claim;
  readonly bytes: number;
}

interface Claim {
  readonly address: string;
  readonly name: string;
  readonly size?: number;
}

/** One name at several addresses. */
export interface Repeated {
  readonly name: string;
  readonly addresses: readonly string[];
}

const claim = ({ address, name = '', size }: NameEntry): Claim => ({
  address: hex(address),
  name,
  ...(size === undefined ? {} : { size }),
});

/** Functions whose size reaches into the next one. */
export function findOverlaps(entries: readonly NameEntry[]): readonly Overlap[] {
  const overlaps: Overlap[] = [];
  const furthest = new Map<string, NameEntry>();
  for (const entry of [...entries].sort(byPlace)) {
    if (!isFunction(entry)) continue;
    const before = furthest.get(entry.program ?? '');
    const bytes = before === undefined ? 0 : endOf(before) - entry.address;
    if (before !== undefined && bytes > 0)
      overlaps.push({ first: claim(before), second: claim(entry), bytes });
    if (before === undefined || endOf(entry) > endOf(before)) furthest.set(entry.program ?? '', entry);
  }
  return overlaps;
}

/** A jump, or a remark, lies inside of one. */
const isFunction = ({ kind, name, size, create }: NameEntry): boolean =>
  kind === 'function' || (kind === undefined && (name ?? size) !== undefined) || create === true;

const endOf = ({ address, size = 0 }: NameEntry): number => address + size;

export function findRepeated(entries: readonly NameEntry[]): readonly Repeated[] {
  const places = new Map<string, NameEntry[]>();
  for (const entry of entries) {
    if (entry.name === undefined) continue;
    const key = `${entry.program ?? ''}\0${entry.name}`;
    const same = places.get(key);
    if (same === undefined) places.set(key, [entry]);
    else same.push(entry);
  }
  return [...places.values()].flatMap((same) =>
    same.length > 1 ? [{ name: same[0]?.name ?? '', addresses: same.map((e) => hex(e.address)) }] : [],
  );
}

/** Names that are less sure than is asked for. */
export const findUnproven = (entries: readonly NameEntry[], least: number): readonly NameEntry[] =>
  entries.filter((e) => e.name !== undefined && ((e.evidence?.length ?? 0) === 0 || sureness(e) < least));
