import { err, ok, type Result } from '../../../src/base/result.ts';
import { byPlace, hex, isName, LIMITS, type NameEntry, placeOf } from './entry.ts';
import { MAX_CHARACTERS, type NameFormat } from './formats/format.ts';
import { formatNamed, formatOf, NAME_FORMATS } from './formats/formats.ts';

export interface ImportWishes {
  /** The format’s id; absent: what the text looks like. */
  readonly format?: string | undefined;
  /** Added to every address: other tools load a program elsewhere. */
  readonly offset?: number;
  /** Automatic names stay at these addresses. */
  readonly keep?: ReadonlySet<number>;
  /** Where an automatic name is dropped, the start of the function stays. */
  readonly boundaries?: boolean;
  /** What the entries’ evidence says of where they come from. */
  readonly from: string;
}

export interface Imported {
  readonly format: string;
  readonly entries: readonly NameEntry[];
  /** Names that a tool made of an address. */
  readonly automatic: number;
  /** Names that a name map cannot hold as they are. */
  readonly respelt: readonly { readonly address: string; readonly from: string; readonly to: string }[];
  /** Several entries for one address: the first counts. */
  readonly repeated: readonly { readonly address: string; readonly kept: string; readonly dropped: string }[];
}

/** Names of another program’s, as entries of a name map. */
export function importNames(text: string, wishes: ImportWishes): Result<Imported, string> {
  if (text.length > MAX_CHARACTERS) return err(`larger than ${MAX_CHARACTERS} characters`);
  const format = wishes.format === undefined ? formatOf(text) : formatNamed(wishes.format);
  if (format === undefined) return err(unknownFormat(wishes.format));
  const read = format.read(text);
  if (!read.ok) return err(`as ${format.title}: ${read.error}`);
  const moved = move(read.value, wishes.offset ?? 0);
  return moved.ok ? ok(tidy(moved.value, format, wishes)) : moved;
}

const unknownFormat = (asked: string | undefined): string => {
  const known = NAME_FORMATS.map((f) => f.id).join(', ');
  return asked === undefined
    ? `it looks like none of the known formats; name one: ${known}`
    : `there is no format ${JSON.stringify(asked.slice(0, 40))}; known: ${known}`;
};

function move(entries: readonly NameEntry[], offset: number): Result<readonly NameEntry[], string> {
  if (offset === 0) return ok(entries);
  const moved = entries.map((e) => ({
    ...e,
    address: e.address + offset,
    ...(e.jump_table && {
      jump_table: {
        ...e.jump_table,
        targets: e.jump_table.targets.map((t) => t + offset),
        ...(e.jump_table.default === undefined ? {} : { default: e.jump_table.default + offset }),
      },
    }),
  }));
  const isOut = (at: number): boolean => at < 0 || !Number.isSafeInteger(at);
  const out = moved.find((e) => isOut(e.address) || e.jump_table?.targets.some(isOut));
  return out === undefined ? ok(moved) : err('the offset moves an address below 0');
}

function tidy(entries: readonly NameEntry[], format: NameFormat, wishes: ImportWishes): Imported {
  const held = new Map<string, NameEntry>();
  const respelt: { address: string; from: string; to: string }[] = [];
  const repeated: { address: string; kept: string; dropped: string }[] = [];
  let automatic = 0;
  for (const entry of entries) {
    const isAutomatic = isAutomaticName(entry.name) && wishes.keep?.has(entry.address) !== true;
    if (isAutomatic) automatic++;
    const kept = isAutomatic ? withoutName(entry, wishes.boundaries === true) : spelt(entry);
    if (kept === undefined) continue;
    if (kept.name !== undefined && kept.name !== entry.name)
      respelt.push({ address: hex(entry.address), from: entry.name ?? '', to: kept.name });
    const before = held.get(placeOf(kept));
    if (before !== undefined)
      repeated.push({ address: hex(kept.address), kept: before.name ?? '', dropped: kept.name ?? '' });
    else
      held.set(
        placeOf(kept),
        format.id === 'name_map'
          ? kept
          : { ...kept, evidence: [{ source: 'tool', detail: wishes.from.slice(0, LIMITS.text) }] },
      );
  }
  return { format: format.id, entries: [...held.values()].sort(byPlace), automatic, respelt, repeated };
}

/** A prefix that tools use, and nothing else but an address. */
const AUTOMATIC =
  /^(?:j_|thunk_)*(?:FUN|LAB|DAT|SUB|PTR|UNK|sub|loc|locret|func|fcn|fn|unk|lbl|jtbl|jpt|def|nullsub|byte|word|dword|qword|off|asc|stru|flt|dbl|D|L|s|case|switch|switchD|caseD|code|data)[_.]*(?:[0-9a-fA-F]{4,16})$/;

export const isAutomaticName = (name: string | undefined): boolean =>
  name !== undefined && AUTOMATIC.test(name);

function withoutName(entry: NameEntry, boundaries: boolean): NameEntry | undefined {
  const { name: _, evidence: __, ...rest } = entry;
  if (entry.jump_table !== undefined || entry.create !== undefined) return rest;
  return boundaries && (entry.kind ?? 'function') === 'function' ? { ...rest, create: true } : undefined;
}

/** With a name that a name map can hold. */
function spelt(entry: NameEntry): NameEntry | undefined {
  if (entry.name === undefined || isName(entry.name)) return entry;
  const name = entry.name
    .replace(/[^\w.$@:~<>,()&*+\-=!%^|[\] ]/gu, '_')
    .replaceAll('*/', '*_')
    .trim()
    .slice(0, LIMITS.name)
    .trim();
  return isName(name) ? { ...entry, name } : withoutName(entry, true);
}
