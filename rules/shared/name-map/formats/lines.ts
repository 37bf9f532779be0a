import { err, ok, type Result } from '../../../../src/base/result.ts';
import { LIMITS, type NameEntry } from '../entry.ts';
import { MAX_FAULTS } from './format.ts';

/** A format of one entry a line: `readLine` gives the entry, nothing (a comment), or what is wrong. */
export function readLines(
  text: string,
  readLine: (line: string, number: number) => NameEntry | string | undefined,
): Result<readonly NameEntry[], string> {
  const entries: NameEntry[] = [];
  const faults: string[] = [];
  let number = 0;
  for (const line of text.split(/\r?\n/)) {
    number++;
    const read = line.trim() === '' ? undefined : readLine(line, number);
    if (typeof read === 'string') faults.push(`line ${number}: ${read}`);
    else if (read !== undefined) entries.push(read);
    if (faults.length >= MAX_FAULTS || entries.length > LIMITS.entries) break;
  }
  if (entries.length > LIMITS.entries) return err(`more than ${LIMITS.entries} entries`);
  return faults.length > 0 ? err(faults.join('\n')) : ok(entries);
}

/** `type:func size:0x10 hidden`: what stands behind the comment sign in two of the formats. */
export function readAttributes(text: string): ReadonlyMap<string, string> | string {
  const attributes = new Map<string, string>();
  for (const word of text.split(/\s+/)) {
    if (word === '') continue;
    const colon = word.indexOf(':');
    const key = colon < 0 ? word : word.slice(0, colon);
    if (key.length > 40 || word.length > LIMITS.name)
      return `the attribute ${word.slice(0, 40)}… is too long`;
    attributes.set(key, colon < 0 ? FLAG : word.slice(colon + 1));
    if (attributes.size > LIMITS.extras) return `more than ${LIMITS.extras} attributes`;
  }
  return attributes;
}

/** The value of an attribute that stands alone. */
const FLAG = '\u2713';

export const printAttributes = (pairs: Iterable<readonly [string, string]>): string =>
  [...pairs].map(([key, value]) => (value === FLAG ? key : `${key}:${value}`)).join(' ');

/** Hexadecimal or decimal, as numbers are written in such files. */
export function numberOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^(?:0[xX][\da-fA-F]{1,14}|\d{1,15})$/.test(text)) return undefined;
  return Number(text);
}

export const upperHex = (value: number, digits = 8): string =>
  `0x${value.toString(16).toUpperCase().padStart(digits, '0')}`;
