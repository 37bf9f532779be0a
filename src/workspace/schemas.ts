import type { Json } from '../base/canonical-json.ts';
import { sortedBy } from '../base/order.ts';
import type { RuleInfo } from '../model/target.ts';
import { buildFileShape, commonTargetKeys } from './build-shape.ts';
import { configShape } from './config-shape.ts';

type Schema = { readonly [key: string]: Json | undefined };

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

/** By file name: what editors need to complete and check the files a person writes. */
export function workspaceSchemas(rules: readonly RuleInfo[]): Readonly<Record<string, Json>> {
  return {
    'recomp.schema.json': { $schema: DIALECT, title: 'recomp.toml', ...configShape.schema },
    'build.schema.json': { $schema: DIALECT, title: 'BUILD.toml', ...buildSchema(rules) },
  };
}

function buildSchema(rules: readonly RuleInfo[]): Schema {
  const { properties } = buildFileShape.schema;
  const target = {
    type: 'array',
    description: 'The targets.',
    items: targetSchema(sortedBy(rules, (r) => r.name)),
  };
  return { ...buildFileShape.schema, properties: { ...(isSchema(properties) ? properties : {}), target } };
}

/** Rules of other packages are not known here: their targets may say what they like. */
function targetSchema(rules: readonly RuleInfo[]): Schema {
  return {
    type: 'object',
    required: ['name', 'rule'],
    properties: { ...commonSchemas(), rule: { ...commonTargetKeys.rule.schema, anyOf: ruleNames(rules) } },
    allOf: rules.map((rule) => ({
      if: { properties: { rule: { const: rule.name } }, required: ['rule'] },
      // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own word.
      then: withCommonKeys(rule),
    })),
  };
}

const ruleNames = (rules: readonly RuleInfo[]): Json => [
  ...rules.map((rule) => ({ const: rule.name, description: rule.summary })),
  { type: 'string' },
];

const commonSchemas = (): Schema =>
  Object.fromEntries(Object.entries(commonTargetKeys).map(([key, shape]) => [key, shape.schema]));

function withCommonKeys(rule: RuleInfo): Json {
  const own = isSchema(rule.schema) ? rule.schema : {};
  const { $schema: _dialect, ...rest } = own;
  const properties = isSchema(own['properties']) ? own['properties'] : {};
  return { ...rest, properties: { ...commonSchemas(), ...properties } };
}

const isSchema = (value: Json | undefined): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
