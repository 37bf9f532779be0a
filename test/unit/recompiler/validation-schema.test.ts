import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseValidationConfig } from '../../../rules/recompiler/validate/settings/validation-config.ts';
import {
  VALIDATION_WORDS,
  validationSchema,
} from '../../../rules/recompiler/validate/settings/validation-schema.ts';

const isTable = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every key of a schema by its path, in its order. */
function keysOf(schema: unknown, path = ''): string[] {
  const properties = isTable(schema) ? schema['properties'] : undefined;
  if (!isTable(properties)) return [];
  return Object.entries(properties).flatMap(([key, member]) => {
    const at = path === '' ? key : `${path}.${key}`;
    const items = isTable(member) ? member['items'] : undefined;
    return [at, ...keysOf(member, at), ...keysOf(items, `${at}[]`)];
  });
}

const fixture = (kind: string): string =>
  readFileSync(
    fileURLToPath(new URL(`../../../fixtures/${kind}/validation-config.toml`, import.meta.url)),
    'utf8',
  );

describe('the schema of validation_config.toml', () => {
  it('has every key that the validation reads, each with words', () => {
    expect(keysOf(validationSchema()).sort()).toEqual(Object.keys(VALIDATION_WORDS).sort());
  });

  it('has the bounds that the validation has', () => {
    expect(validationSchema()).toMatchObject({
      additionalProperties: false,
      properties: {
        thresholds: { properties: { frame_match_ratio: { type: 'number', minimum: 0, maximum: 1 } } },
        gates: { properties: { perceptual: { properties: { audio_rate: { type: 'integer' } } } } },
        scenes: { type: 'array', items: { required: ['id', 'start', 'end'] } },
      },
    });
  });

  it('and the validation agree about the examples', () => {
    expect(parseValidationConfig('v', fixture('valid')).ok).toBe(true);
    expect(parseValidationConfig('v', fixture('invalid')).ok).toBe(false);
  });
});
