import type { NameEntry, NameKind } from '../entry.ts';
import type { NameFormat } from './format.ts';
import { numberOf, printAttributes, readAttributes, readLines, upperHex } from './lines.ts';

const LINE = /^\s*(\S+)\s*=\s*([^\s:;]+):(0[xX][\da-fA-F]+)\s*;\s*(?:\/\/(.*))?$/;
const KINDS: ReadonlyMap<string, NameKind> = new Map([
  ['function', 'function'],
  ['object', 'data'],
  ['label', 'label'],
]);
const TYPES = { function: 'function', data: 'object', label: 'label' } as const;

/** `name = .text:0xADDR; // type:function size:0x5C scope:global align:4` */
export const decompToolkit: NameFormat = {
  id: 'dtk',
  title: 'decomp-toolkit symbols.txt',
  looksLike: (text) => /^\s*\S+\s*=\s*[^\s:;]+:0[xX][\da-fA-F]+\s*;/m.test(text),
  read: (text) => readLines(text, readLine),
  print: (entries) => entries.flatMap(printEntry).join(''),
};

function readLine(line: string): NameEntry | string | undefined {
  if (/^\s*\/\//.test(line)) return undefined;
  const match = LINE.exec(line);
  const address = numberOf(match?.[3]);
  if (match === null || address === undefined) return 'expected "name = section:0xADDRESS; // type:…"';
  const attributes = readAttributes(match[4] ?? '');
  if (typeof attributes === 'string') return attributes;
  const size = numberOf(attributes.get('size'));
  if (size === undefined && attributes.has('size')) return 'size is a number';
  const type = attributes.get('type');
  const kind = type === undefined ? undefined : KINDS.get(type);
  if (type !== undefined && kind === undefined) return 'type is function, object or label';
  const rest = [...attributes].filter(([key]) => key !== 'size' && key !== 'type');
  return {
    address,
    name: match[1] ?? '',
    ...(size === undefined ? {} : { size }),
    ...(kind === undefined ? {} : { kind }),
    section: match[2] ?? '',
    ...(rest.length > 0 && { extra: Object.fromEntries(rest) }),
  };
}

function printEntry({ address, name, size, kind = 'function', section, extra }: NameEntry): string[] {
  if (name === undefined) return [];
  const pairs = new Map<string, string>([['type', TYPES[kind]]]);
  if (size !== undefined) pairs.set('size', upperHex(size, 1));
  for (const [key, value] of Object.entries(extra ?? {}))
    if (/^[^\s:]+$/.test(key) && /^\S+$/.test(value) && key !== 'type') pairs.set(key, value);
  const usual = kind === 'data' ? '.data' : '.text';
  const where = section !== undefined && /^[^\s:;]+$/.test(section) ? section : usual;
  return [`${name.replace(/\s/g, '_')} = ${where}:${upperHex(address)}; // ${printAttributes(pairs)}\n`];
}
