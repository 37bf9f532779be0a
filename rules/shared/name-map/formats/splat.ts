import type { NameEntry, NameKind } from '../entry.ts';
import type { NameFormat } from './format.ts';
import { numberOf, printAttributes, readAttributes, readLines, upperHex } from './lines.ts';

const LINE = /^\s*([^\s=;]+)\s*=\s*(0[xX][\da-fA-F]+|\d+)\s*;\s*(?:\/\/(.*))?$/;
const KINDS: ReadonlyMap<string, NameKind> = new Map([
  ['func', 'function'],
  ['label', 'label'],
  ['jtbl_label', 'label'],
]);

/** `name = 0xADDR; // type:func size:0x10 rom:… segment:…` */
export const splat: NameFormat = {
  id: 'splat',
  title: 'splat symbol_addrs.txt',
  looksLike: (text) => /^\s*[^\s=;/#]+\s*=\s*(?:0[xX][\da-fA-F]+|\d+)\s*;/m.test(text),
  read: (text) => readLines(text, readLine),
  print: (entries) => entries.flatMap(printEntry).join(''),
};

function readLine(line: string): NameEntry | string | undefined {
  if (/^\s*\/\//.test(line)) return undefined;
  const match = LINE.exec(line);
  const address = numberOf(match?.[2]);
  if (match === null || address === undefined) return 'expected "name = 0xADDRESS; // type:… size:…"';
  const attributes = readAttributes(match[3] ?? '');
  if (typeof attributes === 'string') return attributes;
  const size = numberOf(attributes.get('size'));
  if (size === undefined && attributes.has('size')) return 'size is a number';
  const type = attributes.get('type');
  const kind = type === undefined ? undefined : (KINDS.get(type) ?? 'data');
  const rest = [...attributes].filter(
    ([key]) => !['size', 'segment'].includes(key) && !(key === 'type' && type === 'func'),
  );
  const section = attributes.get('segment');
  return {
    address,
    name: match[1] ?? '',
    ...(size === undefined ? {} : { size }),
    ...(kind === undefined ? {} : { kind }),
    ...(section === undefined ? {} : { section }),
    ...(rest.length > 0 && { extra: Object.fromEntries(rest) }),
  };
}

function printEntry({ address, name, size, kind, section, extra }: NameEntry): string[] {
  if (name === undefined) return [];
  const pairs = new Map<string, string>();
  const type = extra?.['type'] ?? { function: 'func', label: 'label', data: 'u8' }[kind ?? 'function'];
  if (kind !== undefined || extra?.['type'] !== undefined) pairs.set('type', type);
  if (size !== undefined) pairs.set('size', upperHex(size, 1));
  for (const [key, value] of Object.entries(extra ?? {})) if (isAttribute(key, value)) pairs.set(key, value);
  if (section !== undefined && isAttribute('segment', section)) pairs.set('segment', section);
  const about = pairs.size === 0 ? '' : ` // ${printAttributes(pairs)}`;
  return [`${name.replace(/[\s=;]/g, '_')} = ${upperHex(address)};${about}\n`];
}

const isAttribute = (key: string, value: string): boolean => /^[^\s:]+$/.test(key) && /^\S+$/.test(value);
