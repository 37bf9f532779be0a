import { hex, type NameEntry } from './entry.ts';

/** A boundary or a jump table that no arm64 program can have, or that the map itself contradicts. */
export interface Misplaced {
  readonly address: string;
  readonly said: string;
  readonly found: string;
}

/** What can be known without the program; its analysis knows the rest. */
export function findMisplaced(entries: readonly NameEntry[]): readonly Misplaced[] {
  const starts = new Map<string, number[]>();
  for (const entry of entries) {
    if (!isStart(entry)) continue;
    const of = starts.get(entry.program ?? '') ?? [];
    starts.set(entry.program ?? '', of);
    of.push(entry.address);
  }
  for (const of of starts.values()) of.sort((a, b) => a - b);
  return entries.flatMap((entry) => [
    ...misplacedStart(entry),
    ...misplacedTable(entry, starts.get(entry.program ?? '') ?? []),
  ]);
}

const isStart = ({ create, kind = 'function', name }: NameEntry): boolean =>
  create ?? (kind === 'function' && name !== undefined);

const ALIGNMENT = 'instructions lie at multiples of 4';

function misplacedStart({ address, create, kind }: NameEntry): Misplaced[] {
  const isMeant = create === true || (create === undefined && kind === 'function');
  return isMeant && address % 4 !== 0
    ? [{ address: hex(address), said: 'a function starts here', found: ALIGNMENT }]
    : [];
}

function misplacedTable({ address, jump_table }: NameEntry, starts: readonly number[]): Misplaced[] {
  if (jump_table === undefined) return [];
  const told = (found: string, said = 'a jump is here'): Misplaced => ({
    address: hex(address),
    said,
    found,
  });
  if (address % 4 !== 0) return [told(ALIGNMENT)];
  const before = starts.findLast((start) => start <= address) ?? 0;
  const behind = starts.find((start) => start > address) ?? Number.POSITIVE_INFINITY;
  return jump_table.targets.flatMap((to) => {
    const said = `the jump here goes to ${hex(to)}`;
    if (to % 4 !== 0) return [told(ALIGNMENT, said)];
    if (to < before) return [told(`its function starts at ${hex(before)}`, said)];
    return to >= behind ? [told(`another function starts at ${hex(behind)}`, said)] : [];
  });
}
