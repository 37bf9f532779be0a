import { z } from 'zod';
import { builtInRules } from '../rules/index.ts';
import { inProcessExpander } from '../src/expand/in-process-expander.ts';
import { runEvent } from '../src/model/schema/run-event.ts';
import { runManifest } from '../src/model/schema/run-manifest.ts';
import { runStamp } from '../src/model/schema/run-stamp.ts';
import { validationReport } from '../src/model/schema/validation-report.ts';
import { workspaceSchemas } from '../src/workspace/schemas.ts';

/** Every file of `schemas/`, by name. */
export async function schemaTexts(): Promise<ReadonlyMap<string, string>> {
  const { rules } = await inProcessExpander({ rules: builtInRules, root: '' }).describe();
  const schemas = {
    ...workspaceSchemas(rules),
    'run-manifest.schema.json': ofModel('run-manifest.json', runManifest),
    'run-event.schema.json': ofModel('a line of events.jsonl', runEvent),
    'run-stamp.schema.json': ofModel('stamp.json', runStamp),
    'validation-report.schema.json': ofModel('validation-report.json', validationReport),
  };
  return new Map(
    Object.entries(schemas).map(([name, schema]) => [name, `${JSON.stringify(schema, null, 2)}\n`]),
  );
}

const ofModel = (title: string, model: z.ZodType): object => {
  const { $schema, ...schema } = z.toJSONSchema(model);
  return { $schema, title, ...schema };
};
