import { err, ok, type Result } from '../../../../src/base/result.ts';
import type { NameEntry } from '../entry.ts';
import type { NameFormat } from './format.ts';
import { readLines, upperHex } from './lines.ts';

const HEADER = 'Name,Start,End,Size';

/** `Name,Start,End,Size`, as PS2Recomp and scripts for Ghidra write functions. */
export const functionCsv: NameFormat = {
  id: 'csv',
  title: 'PS2Recomp function CSV',
  looksLike: (text) => /^\uFEFF?"?name"?,\s*"?start"?,\s*"?end"?,\s*"?size"?\s*$/im.test(text.slice(0, 4096)),
  read: (text) => readLines(text.replace(/^\uFEFF/, ''), readLine),
  print: (entries) => [HEADER, ...entries.flatMap(printEntry), ''].join('\n'),
};

function readLine(line: string, number: number): NameEntry | string | undefined {
  const cells = splitCells(line);
  if (!cells.ok) return cells.error;
  const [name = '', start, end, size] = cells.value;
  if (number === 1 && name.toLowerCase() === 'name') return undefined;
  const [from, to] = [addressOf(start), addressOf(end)];
  const bytes = size === undefined || size === '' ? undefined : sizeOf(size);
  if (from === undefined || name === '') return `expected ${HEADER}`;
  if (bytes === undefined && to === undefined) return 'neither an end nor a size';
  const length = bytes ?? (to ?? 0) - from;
  if (length < 0) return 'it ends before it starts';
  // Some scripts give the last byte, others what follows it; the size decides.
  const isOther = to !== undefined && to !== from + length;
  return {
    address: from,
    name,
    size: length,
    kind: 'function',
    ...(isOther && { extra: { end: upperHex(to) } }),
  };
}

const addressOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^(?:0[xX])?[\da-fA-F]{1,13}$/.test(text)
    ? Number.parseInt(text.replace(/^0x/i, ''), 16)
    : undefined;

const sizeOf = (text: string): number | undefined =>
  /^(?:0[xX][\da-fA-F]{1,13}|\d{1,15})$/.test(text) ? Number(text) : undefined;

function splitCells(line: string): Result<readonly string[], string> {
  const cells: string[] = [];
  let rest = line.trim();
  for (;;) {
    const match = /^(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/.exec(rest);
    if (match === null || cells.length > 16) return err('a cell that is quoted and does not end');
    cells.push(match[1]?.replaceAll('""', '"') ?? (match[2] ?? '').trim());
    if (match[3] !== ',') return ok(cells);
    rest = rest.slice(match[0].length);
  }
}

function printEntry({ address, name, size = 0, kind = 'function', extra }: NameEntry): string[] {
  if (name === undefined || kind !== 'function') return [];
  const cell = /[",]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
  const end = addressOf(extra?.['end']) ?? address + size;
  return [[cell, upperHex(address), upperHex(end), String(size)].join(',')];
}
