import { err, ok, type Result } from '../../../src/base/result.ts';

export interface ArgumentNames {
  readonly required: readonly string[];
  readonly optional?: readonly string[];
  /** These may be given several times. */
  readonly repeated?: readonly string[];
}

/** `--name value` pairs and nothing else; every tool of this folder is called that way. */
export function parseArguments(
  argv: readonly string[],
  names: ArgumentNames,
): Result<ReadonlyMap<string, readonly string[]>, string> {
  const repeated = names.repeated ?? [];
  const known = [...names.required, ...(names.optional ?? []), ...repeated];
  const values = new Map<string, readonly string[]>();
  for (let i = 0; i < argv.length; i += 2) {
    const name = (argv[i] ?? '').replace(/^--/, '');
    const value = argv[i + 1];
    if (!known.includes(name)) return err(`unknown argument "${argv[i]}"; known: ${spell(known)}`);
    if (value === undefined) return err(`--${name} needs a value`);
    const before = values.get(name) ?? [];
    if (before.length > 0 && !repeated.includes(name)) return err(`--${name} is given twice`);
    values.set(name, [...before, value]);
  }
  const missing = names.required.filter((name) => !values.has(name));
  return missing.length > 0 ? err(`missing: ${spell(missing)}`) : ok(values);
}

const spell = (names: readonly string[]): string => names.map((name) => `--${name}`).join(', ');
