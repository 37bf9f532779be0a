import { parse, TomlError } from 'smol-toml';
import type { Json } from '../base/canonical-json.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { KeyPath } from '../model/target.ts';
import { locate, pointAt } from './locate.ts';

export const MAX_TOML_BYTES = 4 * 1024 * 1024;
const MAX_DEPTH = 64;

export type TomlTable = { readonly [key: string]: Json };

/** A document, or why it is none. Values that JSON cannot hold are faults, so that nothing later need think of them. */
export function parseToml(
  file: string,
  text: string,
): { readonly table?: TomlTable; readonly diagnostics: readonly Diagnostic[] } {
  if (text.length > MAX_TOML_BYTES) return { diagnostics: [tooLarge(file)] };
  let raw: unknown;
  try {
    raw = parse(text, { maxDepth: MAX_DEPTH });
  } catch (error) {
    return { diagnostics: [syntaxFault(file, text, error)] };
  }
  const diagnostics: Diagnostic[] = [];
  const table = toJson(raw, [], (code, at, message, help) =>
    diagnostics.push({ severity: 'error', code, message, span: locate(file, text, at, 'value'), help }),
  );
  if (diagnostics.length > 0 || !isTable(table)) return { diagnostics };
  return { table, diagnostics };
}

export const isTable = (value: Json | undefined): value is TomlTable =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const tooLarge = (file: string): Diagnostic => ({
  severity: 'error',
  code: 'file-too-large',
  message: `${file} is larger than ${MAX_TOML_BYTES / 1024 / 1024} MiB`,
  help: 'split it into several packages, each with its own BUILD.toml',
});

function syntaxFault(file: string, text: string, error: unknown): Diagnostic {
  const base = { severity: 'error', code: 'toml-syntax' } as const;
  if (!(error instanceof TomlError)) return { ...base, message: `${file} is not valid TOML` };
  const span = pointAt(file, text, error.line, error.column);
  const [said = ''] = error.message.replace(/^Invalid TOML document: /, '').split('\n', 1);
  // A quote that is never closed runs into the end of its line, which is a control character.
  const unclosed = said.startsWith('control characters') && error.column > span.text.length;
  return { ...base, message: unclosed ? 'this string is not closed on its line' : said, span };
}

type Fault = (code: string, at: KeyPath, message: string, help: string) => void;

/** `at` is one array that grows and shrinks on the way: this runs over every value of every file. */
function toJson(value: unknown, at: (string | number)[], fault: Fault): Json {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'number')
    fault('wrong-type', [...at], 'inf and nan are not used here', 'write a finite number');
  else if (at.length > MAX_DEPTH) {
    fault('too-deep', [...at], `values are nested deeper than ${MAX_DEPTH} levels`, 'make it flatter');
  } else if (value instanceof Date) {
    fault('wrong-type', [...at], 'dates and times are not used here', 'write it in quotes, as a string');
  } else if (Array.isArray(value)) return arrayToJson(value, at, fault);
  else if (typeof value === 'object' && value !== null) return tableToJson(value, at, fault);
  return null;
}

function arrayToJson(value: readonly unknown[], at: (string | number)[], fault: Fault): Json {
  const items: Json[] = [];
  for (let i = 0; i < value.length; i++) {
    at.push(i);
    items.push(toJson(value[i], at, fault));
    at.pop();
  }
  return items;
}

function tableToJson(value: object, at: (string | number)[], fault: Fault): Json {
  const table: Record<string, Json> = {};
  for (const [key, member] of Object.entries(value)) {
    at.push(key);
    // Assigning it would change the object's prototype instead.
    if (key === '__proto__')
      fault('bad-key', [...at], 'a key cannot be called __proto__', 'choose another name');
    else table[key] = toJson(member, at, fault);
    at.pop();
  }
  return table;
}
