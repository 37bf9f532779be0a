import { err, ok, type Result } from '../../../src/base/result.ts';
import { hex, isName, LIMITS, NAME_KINDS, type NameEntry, placeOf } from './entry.ts';
import { addressOf, isRecord, isSize, unknownKey } from './json-values.ts';
import { readEvidence } from './read-evidence.ts';
import { readJumpTable } from './read-jump-table.ts';

/** `name_map.json`. Every fault is told with the entry it is in; an address that is named twice, with both names. */
export function parseNameMap(text: string): Result<readonly NameEntry[], string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return err(`the name map is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!Array.isArray(value)) return err('the name map is not an array');
  if (value.length > LIMITS.entries) return err(`the name map has more than ${LIMITS.entries} entries`);
  const faults: string[] = [];
  const entries: NameEntry[] = [];
  for (const [i, item] of value.entries()) {
    const read = readEntry(item);
    if (typeof read === 'string') faults.push(`name map entry ${i}${placeText(item)}: ${read}`);
    else entries.push(read);
    if (faults.length >= MAX_FAULTS) break;
  }
  faults.push(...repeated(entries));
  return faults.length > 0 ? err(faults.slice(0, MAX_FAULTS).join('\n')) : ok(entries);
}

const MAX_FAULTS = 20;

const placeText = (item: unknown): string =>
  isRecord(item) && typeof item['address'] === 'string' ? ` (${item['address'].slice(0, 20)})` : '';

function repeated(entries: readonly NameEntry[]): string[] {
  const known = new Map<string, NameEntry>();
  const faults: string[] = [];
  for (const entry of entries) {
    const before = known.get(placeOf(entry));
    if (before !== undefined)
      faults.push(
        `name map: ${hex(entry.address)} is named twice, ${before.name ?? 'without a name'} and ${entry.name ?? 'without a name'}; keep one`,
      );
    known.set(placeOf(entry), entry);
  }
  return faults;
}

const KEYS = [
  'address', 'program', 'name', 'size', 'kind', 'section', 'signature', 'comment', 'create', 'jump_table',
  'evidence', 'extra',
] as const; // biome-ignore format: one list

/** The entry, or what is wrong with it. */
function readEntry(item: unknown): NameEntry | string {
  if (!isRecord(item)) return 'expected a table with an address ("0x…") and a name';
  const stranger = Object.keys(item).find((key) => !KEYS.some((known) => known === key));
  if (stranger !== undefined) return unknownKey(stranger, KEYS);
  const address = addressOf(item['address']);
  if (address === undefined) return 'needs an address ("0x…")';
  const { name, size, create, kind } = item;
  if (name !== undefined && (typeof name !== 'string' || !isName(name)))
    return `needs a name of letters, digits and . _ $ @ : ~ < > , ( ) & * + - = ! % ^ | [ ], at most ${LIMITS.name}`;
  if (size !== undefined && !isSize(size)) return 'size is a whole number of bytes';
  if (create !== undefined && typeof create !== 'boolean') return 'create is true or false';
  const knownKind = NAME_KINDS.find((k) => k === kind);
  if (kind !== undefined && knownKind === undefined) return `kind is one of ${NAME_KINDS.join(', ')}`;
  const texts = readTexts(item);
  if (typeof texts === 'string') return texts;
  const table = readJumpTable(item['jump_table']);
  if (typeof table === 'string') return table;
  const evidence = readEvidence(item['evidence']);
  if (typeof evidence === 'string') return evidence;
  const extra = readExtra(item['extra']);
  if (typeof extra === 'string') return extra;
  if (name === undefined && create === undefined && table === undefined)
    return 'needs a name, or create, or a jump_table';
  return {
    address,
    ...texts,
    ...(name === undefined ? {} : { name }),
    ...(size === undefined ? {} : { size }),
    ...(knownKind === undefined ? {} : { kind: knownKind }),
    ...(create === undefined ? {} : { create }),
    ...(table === undefined ? {} : { jump_table: table }),
    ...(evidence === undefined ? {} : { evidence }),
    ...(extra === undefined ? {} : { extra }),
  };
}

type Texts = Pick<NameEntry, 'program' | 'section' | 'signature' | 'comment'>;

function readTexts(item: Readonly<Record<string, unknown>>): Texts | string {
  const texts: { -readonly [K in keyof Texts]: Texts[K] } = {};
  for (const key of ['program', 'section', 'signature', 'comment'] as const) {
    const value = item[key];
    if (value === undefined) continue;
    if (typeof value !== 'string' || value.length > LIMITS.text)
      return `${key} is a text of at most ${LIMITS.text} characters`;
    texts[key] = value;
  }
  return texts;
}

function readExtra(value: unknown): Readonly<Record<string, string>> | string | undefined {
  if (value === undefined) return undefined;
  if (!isRecord(value)) return 'extra is a table of texts';
  const pairs = Object.entries(value);
  if (pairs.length > LIMITS.extras) return `extra has at most ${LIMITS.extras} keys`;
  const texts: [string, string][] = [];
  for (const [key, text] of pairs) {
    if (typeof text !== 'string' || text.length > LIMITS.name) return 'extra is a table of short texts';
    texts.push([key, text]);
  }
  return Object.fromEntries(texts);
}
