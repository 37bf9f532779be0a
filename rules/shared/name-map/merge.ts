import { byPlace, type Evidence, hex, type NameEntry, placeOf, sureness } from './entry.ts';

/** Entries of one origin: a file, a tool. */
export interface NameSource {
  readonly label: string;
  readonly entries: readonly NameEntry[];
}

/** Which of two names stays: the surer one (the earlier, if both are as sure), or the earlier or later whatever they say. */
export const PREFERENCES = ['evidence', 'first', 'last'] as const;
export type Preference = (typeof PREFERENCES)[number];

/** Both sides of a disagreement, and what was decided. */
export interface Conflict {
  readonly address: string;
  readonly what: 'name' | 'size' | 'kind' | 'signature' | 'comment' | 'create' | 'jump_table' | 'section';
  readonly kept: Side;
  readonly dropped: Side;
  readonly because: string;
}

interface Side {
  readonly source: string;
  readonly value: string;
}

export interface Merged {
  readonly entries: readonly NameEntry[];
  readonly conflicts: readonly Conflict[];
}

interface Held {
  readonly source: string;
  readonly entry: NameEntry;
}

/** One map of several. What only one says is taken; where two differ, one is kept and both are told. */
export function mergeNames(sources: readonly NameSource[], prefer: Preference): Merged {
  const held = new Map<string, Held>();
  const conflicts: Conflict[] = [];
  for (const { label, entries } of sources) {
    for (const entry of entries) {
      const key = placeOf(entry);
      const before = held.get(key);
      const now = { source: label, entry };
      held.set(key, before === undefined ? now : join(before, now, prefer, conflicts));
    }
  }
  return { entries: [...held.values()].map((h) => h.entry).sort(byPlace), conflicts };
}

function join(first: Held, second: Held, prefer: Preference, conflicts: Conflict[]): Held {
  const [winner, loser, because] = decide(first, second, prefer);
  for (const what of DISPUTED) {
    const [kept, dropped] = [spell(winner.entry[what]), spell(loser.entry[what])];
    if (kept === undefined || dropped === undefined || kept === dropped) continue;
    const [a, b] = [
      { source: winner.source, value: kept },
      { source: loser.source, value: dropped },
    ];
    conflicts.push({ address: hex(winner.entry.address), what, kept: a, dropped: b, because });
  }
  // A name has what speaks for it: neither that of one that lost, nor that of a boundary without a name.
  const name = winner.entry.name ?? loser.entry.name;
  const evidence = uniqueEvidence(
    [winner, loser].flatMap(({ entry }) => (entry.name === name ? (entry.evidence ?? []) : [])),
  );
  const extra = { ...loser.entry.extra, ...winner.entry.extra };
  const { evidence: _, ...joined } = { ...loser.entry, ...winner.entry };
  const entry: NameEntry = {
    ...joined,
    ...(evidence.length > 0 && { evidence }),
    ...(Object.keys(extra).length > 0 && { extra }),
  };
  return { source: winner.entry.name === undefined ? loser.source : winner.source, entry };
}

const DISPUTED = [
  'name', 'size', 'kind', 'signature', 'comment', 'create', 'jump_table', 'section',
] as const; // biome-ignore format: one list

function decide(first: Held, second: Held, prefer: Preference): [winner: Held, loser: Held, because: string] {
  if (prefer === 'first') return [first, second, `${first.source} comes first`];
  if (prefer === 'last') return [second, first, `${second.source} comes last`];
  const [a, b] = [sureness(first.entry), sureness(second.entry)];
  if (a === b) return [first, second, `as sure as the other (${a}), and ${first.source} comes first`];
  const [winner, loser] = a > b ? [first, second] : [second, first];
  return [winner, loser, `surer: ${Math.max(a, b)} against ${Math.min(a, b)}`];
}

function spell(value: NameEntry[(typeof DISPUTED)[number]]): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  return typeof value === 'object' ? value.targets.map(hex).join(' ') : String(value);
}

export function uniqueEvidence(list: readonly Evidence[]): readonly Evidence[] {
  const seen = new Map(list.map((e) => [JSON.stringify([e.source, e.detail, e.confidence]), e]));
  return [...seen.values()];
}
