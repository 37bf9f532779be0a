import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const NAMES = readdirSync(join(ROOT, 'schemas')).map((file) => file.replace('.schema.json', ''));

const schemaOf = (name: string): z.ZodType =>
  z.fromJSONSchema(JSON.parse(readFileSync(join(ROOT, 'schemas', `${name}.schema.json`), 'utf8')));

/** A JSON or TOML file, whichever the schema is of. */
function example(kind: 'valid' | 'invalid', name: string): unknown {
  const path = join(ROOT, 'fixtures', kind, name);
  return existsSync(`${path}.json`)
    ? JSON.parse(readFileSync(`${path}.json`, 'utf8'))
    : parse(readFileSync(`${path}.toml`, 'utf8'));
}

/** Says "if … then", which this reader of JSON Schema does not know; its parser's own tests hold it to its examples. */
const CONDITIONAL = new Set(['build']);

describe('each schema has an example of what it takes, and of what it does not', () => {
  it.each(NAMES)('%s', (name) => {
    const [valid, invalid] = [example('valid', name), example('invalid', name)];
    expect(valid).not.toEqual(invalid);
    if (CONDITIONAL.has(name)) return;
    const schema = schemaOf(name);
    expect(schema.safeParse(valid).error).toBeUndefined();
    expect(schema.safeParse(invalid).success).toBe(false);
  });

  it('and no example is of a schema that is not there', () => {
    for (const kind of ['valid', 'invalid'])
      for (const file of readdirSync(join(ROOT, 'fixtures', kind)))
        expect(NAMES).toContain(file.replace(/\.(json|toml)$/, ''));
  });
});
