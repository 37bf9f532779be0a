import { z } from 'zod';
import { builtInRules } from '../rules/index.ts';
import { scriptSchema } from '../rules/recompiler/script/script-schema.ts';
import { validationSchema } from '../rules/recompiler/validate/settings/validation-schema.ts';
import { automationShape } from '../src/automation/automation-shape.ts';
import { provenanceShape } from '../src/automation/provenance-shape.ts';
import { captureVideoShape, referenceVideoShape } from '../src/automation/reference-shape.ts';
import { titleShape } from '../src/automation/title-shape.ts';
import { inProcessExpander } from '../src/expand/in-process-expander.ts';
import { analysis } from '../src/model/schema/analysis.ts';
import { artifactIndex } from '../src/model/schema/artifact-index.ts';
import { modelRequest } from '../src/model/schema/model-request.ts';
import { nameMap } from '../src/model/schema/name-map.ts';
import { policyRecord } from '../src/model/schema/policy-record.ts';
import { provenanceManifest } from '../src/model/schema/provenance-manifest.ts';
import { runEvent } from '../src/model/schema/run-event.ts';
import { runManifest } from '../src/model/schema/run-manifest.ts';
import { runStamp } from '../src/model/schema/run-stamp.ts';
import { runStateFile, runStatus } from '../src/model/schema/run-status.ts';
import { runSubmission } from '../src/model/schema/run-submission.ts';
import { runtimeTrace } from '../src/model/schema/runtime-trace.ts';
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
    'run-state.schema.json': ofModel('run-state.json', runStateFile),
    'run-status.schema.json': ofModel('the state of a run', runStatus),
    'run-submission.schema.json': ofModel('a request for a run', runSubmission),
    'analysis.schema.json': ofModel('analysis.json', analysis),
    'runtime-trace.schema.json': ofModel('runtime-trace.json', runtimeTrace),
    'name-map.schema.json': ofModel('name_map.json', nameMap),
    'artifact-index.schema.json': ofModel('artifact-index.json', artifactIndex),
    'provenance-manifest.schema.json': ofModel('provenance-manifest.json', provenanceManifest),
    'model-request.schema.json': ofModel('the envelope of a request to a model', modelRequest),
    'policy-record.schema.json': ofModel('a policy', policyRecord),
    'automation.schema.json': ofShape('automation.toml', automationShape),
    'provenance.schema.json': ofShape('provenance.toml', provenanceShape),
    'reference-video.schema.json': ofShape('reference_video.toml', referenceVideoShape),
    'capture-video.schema.json': ofShape('capture_video.toml', captureVideoShape),
    'validation-config.schema.json': ofShape('validation_config.toml', {
      schema: { description: 'How good a capture has to be.', ...validationSchema() },
    }),
    'input-script.schema.json': ofShape('input_script.toml', {
      schema: { description: 'What is pressed while a program runs, and when.', ...scriptSchema() },
    }),
    'title.schema.json': ofShape('title.toml', titleShape),
    'validation-report.schema.json': ofModel('validation-report.json', validationReport),
  };
  return new Map(
    Object.entries(schemas).map(([name, schema]) => [name, `${JSON.stringify(schema, null, 2)}\n`]),
  );
}

const ofShape = (title: string, shape: { readonly schema: object }): object => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title,
  ...shape.schema,
});

const ofModel = (title: string, model: z.ZodType): object => {
  const { $schema, ...schema } = z.toJSONSchema(model);
  return { $schema, title, ...schema };
};
