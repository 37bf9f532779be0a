import { parse, TomlError } from 'smol-toml';
import { err, ok, type Result } from '../../../src/base/result.ts';

/** A provenance as a record: inputs by digest. What recomp has checked before it ran anything is taken as it stands. */
export function provenanceManifest(text: string): Result<object, string> {
  let table: Readonly<Record<string, unknown>>;
  try {
    table = parse(text);
  } catch (error) {
    if (error instanceof TomlError) return err(`line ${error.line}, column ${error.column}: not valid TOML`);
    throw error;
  }
  const { title, collection, inputs } = table;
  const list: readonly unknown[] = Array.isArray(inputs) ? inputs : [];
  return ok({
    schema_version: 1,
    title: title ?? {},
    collection: collection ?? {},
    inputs: list.map((input) => ({
      name: `artifact://sha256:${String(member(input, 'sha256'))}`,
      ...fields(input),
    })),
  });
}

const fields = (input: unknown): object => (typeof input === 'object' && input !== null ? input : {});

const member = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
