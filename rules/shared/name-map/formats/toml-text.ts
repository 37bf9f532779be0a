import { parse, TomlError } from 'smol-toml';
import { err, ok, type Result } from '../../../../src/base/result.ts';

export type TomlTable = Readonly<Record<string, unknown>>;

/** A TOML text as a table; whatever else goes wrong in reading a hostile one is a fault of the text, too. */
export function parseToml(text: string): Result<TomlTable, string> {
  try {
    return ok(parse(text));
  } catch (error) {
    if (error instanceof TomlError)
      return err(
        `line ${error.line}: ${(error.message.split('\n')[0] ?? '').replace(/^Invalid TOML document: /, '')}`,
      );
    return err('the TOML is nested too deeply');
  }
}

export const tableOf = (value: unknown): TomlTable | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
    ? Object.fromEntries(Object.entries(value))
    : undefined;

/** A list of tables; nothing is an empty one. */
export function tablesOf(value: unknown): readonly TomlTable[] | undefined {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return undefined;
  const tables = value.map(tableOf).filter((table) => table !== undefined);
  return tables.length === value.length ? tables : undefined;
}

export const wholeOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
