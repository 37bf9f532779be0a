import { z } from 'zod';
import type { Json } from '../base/canonical-json.ts';
import type { RuleInfo } from '../model/target.ts';
import { attributeKind, sourcesShape } from './attributes.ts';
import { commonAttributes } from './common-attributes.ts';
import type { Shape } from './context.ts';

/** A rule as data. The JSON Schema costs milliseconds and only editors want it, so it is made when it is looked at. */
export function describeRule({
  name,
  summary,
  attributes,
  test = false,
  stage,
}: {
  readonly name: string;
  readonly summary: string;
  readonly attributes: Shape;
  readonly test?: boolean;
  readonly stage?: string;
}): Omit<RuleInfo, 'package'> {
  let schema: Json | undefined;
  return {
    name,
    summary,
    test,
    ...(stage === undefined ? {} : { stage }),
    attributes: Object.fromEntries(
      Object.entries(attributes).map(([key, type]) => [
        key,
        { kind: attributeKind(type), required: isRequired(type) },
      ]),
    ),
    get schema() {
      schema ??= targetSchema(name, summary, attributes);
      return schema;
    },
  };
}

const isRequired = (schema: z.ZodType): boolean => schema._zod.optin === undefined;

function targetSchema(name: string, summary: string, attributes: Shape): Json {
  const target = z
    .strictObject({
      name: z.string().describe('The target’s name within its package.'),
      rule: z.literal(name).describe(summary),
      ...commonAttributes,
      ...attributes,
    })
    .describe(summary);
  // Through text: what comes out has members that are not plain data.
  const { $schema: _dialect, ...schema } = z.toJSONSchema(target, {
    io: 'input',
    unrepresentable: 'any',
    override: describeSources,
  });
  const plain: Json = JSON.parse(JSON.stringify(schema));
  return plain;
}

function describeSources({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodType;
  jsonSchema: object;
}): void {
  if (attributeKind(zodSchema) !== 'sources') return;
  const { $schema: _dialect, ...shape } = z.toJSONSchema(sourcesShape(), { io: 'input' });
  Object.assign(jsonSchema, shape);
}
