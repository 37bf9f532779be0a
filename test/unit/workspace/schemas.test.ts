import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/base/canonical-json.ts';
import { workspaceSchemas } from '../../../src/workspace/schemas.ts';

const RULE = {
  name: 'command',
  package: 'recomp',
  summary: 'Runs a command.',
  attributes: {},
  schema: {
    $schema: 'x',
    type: 'object',
    properties: { shell: { type: 'string', description: 'A command line.' } },
    required: ['shell'],
    additionalProperties: false,
  },
} as const;

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The keys that say nothing to the person who writes them. */
function undescribed(schema: Json | undefined, path = ''): string[] {
  if (!isObject(schema)) return [];
  const members = isObject(schema['properties']) ? Object.entries(schema['properties']) : [];
  return members.flatMap(([key, member]) => [
    ...(isObject(member) && typeof member['description'] === 'string' ? [] : [`${path}.${key}`]),
    ...undescribed(member, `${path}.${key}`),
    ...(isObject(member) ? undescribed(member['items'], `${path}.${key}[]`) : []),
    ...(isObject(member) ? undescribed(member['additionalProperties'], `${path}.${key}.*`) : []),
  ]);
}

describe('workspaceSchemas', () => {
  const schemas = workspaceSchemas([RULE]);

  it('describes every key', () => {
    expect(Object.keys(schemas)).toEqual(['recomp.schema.json', 'build.schema.json']);
    for (const schema of Object.values(schemas)) expect(undescribed(schema)).toEqual([]);
  });

  it('lets a rule say what its targets may hold, beside what all may', () => {
    expect(schemas['build.schema.json']).toMatchObject({
      additionalProperties: false,
      properties: {
        target: {
          type: 'array',
          items: {
            required: ['name', 'rule'],
            allOf: [
              {
                if: { properties: { rule: { const: 'command' } }, required: ['rule'] },
                // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own word.
                then: {
                  required: ['shell'],
                  additionalProperties: false,
                  properties: { shell: { type: 'string' }, name: {}, rule: {}, tags: {}, visibility: {} },
                },
              },
            ],
          },
        },
      },
    });
    expect(JSON.stringify(schemas['build.schema.json'])).not.toContain('"$schema":"x"');
  });

  it('closes every table of recomp.toml', () =>
    expect(schemas['recomp.schema.json']).toMatchObject({
      additionalProperties: false,
      properties: {
        cache: {
          additionalProperties: false,
          properties: { remote_mode: { enum: ['read-write', 'read-only', 'off'] } },
        },
        tools: { additionalProperties: { required: ['command'], additionalProperties: false } },
        pools: { additionalProperties: { type: 'integer', minimum: 1 } },
      },
    }));
});
