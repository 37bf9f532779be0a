import { err, ok } from '../../../../src/base/result.ts';
import { LIMITS, type NameEntry } from '../entry.ts';
import { MAX_FAULTS, type NameFormat } from './format.ts';
import { wholeOf } from './toml-text.ts';

/** What `aflj` prints in rizin and radare2: offset (newer: addr), name, size, nbbs, and references that are found anew. */
export const rizinFunctions: NameFormat = {
  id: 'aflj',
  title: 'rizin/radare2 aflj',
  looksLike: (text) =>
    /^\s*\[\s*(?:\]|\{[\s\S]{0,2000}?"(?:offset|addr)"\s*:)/.test(text) &&
    !/"address"\s*:/.test(text.slice(0, 4096)),
  read(text) {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return err('it is not JSON');
    }
    if (!Array.isArray(value)) return err('expected a list of functions');
    if (value.length > LIMITS.entries) return err(`more than ${LIMITS.entries} entries`);
    const read = value.map((item, i) => readFunction(item) ?? `function ${i}: expected offset and name`);
    const faults = read.filter((item) => typeof item === 'string');
    if (faults.length > 0) return err(faults.slice(0, MAX_FAULTS).join('\n'));
    return ok(read.filter((item) => typeof item !== 'string'));
  },
  print(entries) {
    const items = entries.flatMap(printEntry).map((item) => JSON.stringify(item));
    return items.length === 0 ? '[]\n' : `[\n${items.join(',\n')}\n]\n`;
  },
};

function readFunction(item: unknown): NameEntry | undefined {
  if (typeof item !== 'object' || item === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(item));
  const address = wholeOf(fields.get('offset') ?? fields.get('addr'));
  const name = fields.get('name');
  if (address === undefined || typeof name !== 'string' || name === '') return undefined;
  const size = wholeOf(fields.get('size') ?? fields.get('realsz'));
  const blocks = wholeOf(fields.get('nbbs'));
  const signature = fields.get('signature');
  return {
    address,
    name,
    kind: 'function',
    ...(size === undefined ? {} : { size }),
    ...(typeof signature === 'string' && signature.length <= LIMITS.text ? { signature } : {}),
    ...(blocks === undefined ? {} : { extra: { nbbs: String(blocks) } }),
  };
}

function printEntry({ address, name, size, kind = 'function', signature, extra }: NameEntry): object[] {
  if (name === undefined || kind !== 'function') return [];
  const blocks = Number(extra?.['nbbs'] ?? NaN);
  return [
    {
      offset: address,
      name,
      ...(size === undefined ? {} : { size }),
      ...(signature === undefined ? {} : { signature }),
      ...(Number.isSafeInteger(blocks) ? { nbbs: blocks } : {}),
    },
  ];
}
