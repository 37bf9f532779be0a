import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const FOLDER = fileURLToPath(new URL('../../../schemas', import.meta.url));

const isTable = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Where a schema has others in it, apart from its keys. `if` only asks: nobody reads of its keys. */
const INNER = ['items', 'additionalProperties', 'then', 'else', 'anyOf', 'oneOf', 'allOf', 'prefixItems'];

/** Keys of which an editor would say nothing. */
function undescribed(whole: unknown): string[] {
  const found: string[] = [];
  const named = (schema: unknown): unknown => {
    const ref = isTable(schema) ? schema['$ref'] : undefined;
    return typeof ref === 'string' && ref.startsWith('#/')
      ? ref
          .slice(2)
          .split('/')
          .reduce<unknown>((at, key) => (isTable(at) ? at[key] : undefined), whole)
      : undefined;
  };
  const says = (schema: unknown): boolean =>
    isTable(schema) && (typeof schema['description'] === 'string' || says(named(schema)));
  const walk = (schema: unknown, at: string): void => {
    if (Array.isArray(schema)) for (const inner of schema) walk(inner, at);
    if (!isTable(schema)) return;
    for (const [key, inner] of Object.entries(isTable(schema['properties']) ? schema['properties'] : {})) {
      if (!says(inner)) found.push(`${at}.${key}`);
      walk(inner, `${at}.${key}`);
    }
    for (const key of INNER) walk(schema[key], at);
    for (const [key, inner] of Object.entries(isTable(schema['$defs']) ? schema['$defs'] : {}))
      walk(inner, `${at}#${key}`);
  };
  if (!says(whole)) found.push('(the whole)');
  walk(whole, '');
  return found;
}

it.each(readdirSync(FOLDER))('every key of %s has a description', (name) => {
  expect(undescribed(JSON.parse(readFileSync(join(FOLDER, name), 'utf8')))).toEqual([]);
});
