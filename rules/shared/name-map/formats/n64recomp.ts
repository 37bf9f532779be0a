import { getOrMake } from '../../../../src/base/get-or-make.ts';
import { err, ok, type Result } from '../../../../src/base/result.ts';
import { LIMITS, type NameEntry } from '../entry.ts';
import { MAX_FAULTS, type NameFormat } from './format.ts';
import { numberOf, upperHex } from './lines.ts';
import { parseToml, type TomlTable, tablesOf, wholeOf } from './toml-text.ts';

/** `[[section]]` with name, rom, vram, size, and functions = [{ name, vram, size }]. */
export const n64recomp: NameFormat = {
  id: 'n64recomp',
  title: 'N64Recomp symbols TOML',
  looksLike: (text) => /^\s*\[\[\s*section\s*\]\]/m.test(text),
  read(text) {
    const root = parseToml(text);
    if (!root.ok) return root;
    const sections = tablesOf(root.value['section']);
    return sections === undefined ? err('section is a list of tables') : readSections(sections);
  },
  print(entries) {
    const sections = new Map<string, NameEntry[]>();
    for (const entry of entries)
      if ((entry.kind ?? 'function') === 'function' && entry.name !== undefined)
        getOrMake(sections, entry.section ?? '.text', () => []).push(entry);
    return [...sections].map(([name, own]) => printSection(name, own)).join('\n');
  },
};

function readSections(sections: readonly TomlTable[]): Result<readonly NameEntry[], string> {
  const entries: NameEntry[] = [];
  const faults: string[] = [];
  for (const [i, section] of sections.entries()) {
    const functions = tablesOf(section['functions']);
    if (functions === undefined) faults.push(`section ${i}: functions is a list of tables`);
    for (const [j, item] of (functions ?? []).entries()) {
      const entry = readFunction(section, item);
      if (entry === undefined) faults.push(`section ${i}, function ${j}: expected name, vram and size`);
      else entries.push(entry);
      if (faults.length >= MAX_FAULTS || entries.length > LIMITS.entries) break;
    }
    if (faults.length >= MAX_FAULTS || entries.length > LIMITS.entries) break;
  }
  if (entries.length > LIMITS.entries) return err(`more than ${LIMITS.entries} entries`);
  return faults.length > 0 ? err(faults.slice(0, MAX_FAULTS).join('\n')) : ok(entries);
}

/** What a section says of itself goes along with each of its functions. */
const PLACES = ['rom', 'vram', 'size'] as const;

function readFunction(section: TomlTable, item: TomlTable): NameEntry | undefined {
  const { name } = item;
  const [address, size] = [wholeOf(item['vram']), wholeOf(item['size'])];
  if (typeof name !== 'string' || address === undefined) return undefined;
  const extra = PLACES.flatMap((key) => {
    const value = wholeOf(section[key]);
    return value === undefined ? [] : [[`section_${key}`, upperHex(value)] as const];
  });
  const where = section['name'];
  return {
    address,
    name,
    kind: 'function',
    ...(size === undefined ? {} : { size }),
    ...(typeof where === 'string' && where.length <= LIMITS.name ? { section: where } : {}),
    ...(extra.length > 0 && { extra: Object.fromEntries(extra) }),
  };
}

function printSection(name: string, entries: readonly NameEntry[]): string {
  const first = entries[0]?.extra ?? {};
  const said = (key: string): number | undefined => numberOf(first[`section_${key}`]);
  const low = entries.reduce((least, e) => Math.min(least, e.address), Infinity);
  const high = entries.reduce((most, e) => Math.max(most, e.address + (e.size ?? 0)), 0);
  const [rom, vram, size] = [said('rom'), said('vram') ?? low, said('size') ?? high - (said('vram') ?? low)];
  return [
    '[[section]]',
    `name = ${quoted(name)}`,
    ...(rom === undefined ? [] : [`rom = ${upperHex(rom)}`]),
    `vram = ${upperHex(vram)}`,
    `size = ${upperHex(Math.max(0, size), 1)}`,
    'functions = [',
    ...entries.map((e) => {
      const bytes = e.size === undefined ? '' : `, size = ${upperHex(e.size, 1)}`;
      return `    { name = ${quoted(e.name ?? '')}, vram = ${upperHex(e.address)}${bytes} },`;
    }),
    ']',
    '',
  ].join('\n');
}

/** JSON's escapes are TOML's, but for the delete character. */
const quoted = (text: string): string => JSON.stringify(text).replaceAll('\u007f', '\\u007f');
