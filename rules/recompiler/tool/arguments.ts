import { err, ok, type Result } from '../../../src/base/result.ts';

/** `--name value` pairs and nothing else; every tool of this folder is called that way. */
export function parseArguments(
  argv: readonly string[],
  names: { readonly required: readonly string[]; readonly optional?: readonly string[] },
): Result<ReadonlyMap<string, string>, string> {
  const known = [...names.required, ...(names.optional ?? [])];
  const values = new Map<string, string>();
  for (let i = 0; i < argv.length; i += 2) {
    const name = (argv[i] ?? '').replace(/^--/, '');
    const value = argv[i + 1];
    if (!known.includes(name)) return err(`unknown argument "${argv[i]}"; known: ${spell(known)}`);
    if (value === undefined) return err(`--${name} needs a value`);
    if (values.has(name)) return err(`--${name} is given twice`);
    values.set(name, value);
  }
  const missing = names.required.filter((name) => !values.has(name));
  return missing.length > 0 ? err(`missing: ${spell(missing)}`) : ok(values);
}

const spell = (names: readonly string[]): string => names.map((name) => `--${name}`).join(', ');
