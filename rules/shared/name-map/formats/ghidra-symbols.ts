import type { NameEntry } from '../entry.ts';
import type { NameFormat } from './format.ts';
import { readLines, upperHex } from './lines.ts';

/** `name 0xADDR f|l`, as Ghidra's own script for importing symbols reads it. */
export const ghidraSymbols: NameFormat = {
  id: 'ghidra',
  title: 'Ghidra ImportSymbolsScript',
  looksLike: (text) => /^\s*\S+[ \t]+0[xX][\da-fA-F]+(?:[ \t]+[fl])?[ \t]*$/m.test(text),
  read: (text) => readLines(text, readLine),
  print: (entries) => entries.flatMap(printEntry).join(''),
};

function readLine(line: string): NameEntry | string | undefined {
  if (/^\s*#/.test(line)) return undefined;
  const words = line.trim().split(/\s+/);
  const [name = '', digits = '', kind = 'l'] = words;
  if (words.length > 3 || !/^(?:0[xX])?[\da-fA-F]{1,14}$/.test(digits) || !['f', 'l'].includes(kind))
    return 'expected "name 0xADDRESS f" (a function) or "… l" (a label)';
  const address = Number.parseInt(digits.replace(/^0x/i, ''), 16);
  return { address, name, kind: kind === 'f' ? 'function' : 'label' };
}

const printEntry = ({ address, name, kind = 'function' }: NameEntry): string[] =>
  name === undefined
    ? []
    : [`${name.replace(/\s/g, '_')} ${upperHex(address)} ${kind === 'function' ? 'f' : 'l'}\n`];
