import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseValidationConfig } from '../../../rules/recompiler/validate/settings/validation-config.ts';
import {
  VALIDATION_WORDS,
  validationSchema,
} from '../../../rules/recompiler/validate/settings/validation-schema.ts';
import { keysOf } from '../../support/schema-keys.ts';

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
