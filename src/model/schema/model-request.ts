import { z } from 'zod';
import { artifactName } from './artifact-name.ts';
import { runId, version } from './words.ts';

/** The envelope of a request to a model: what may be known of it without reading it. No stage of recomp sends one. */
export const modelRequest = z
  .strictObject({
    schema_version: version,
    run_id: runId,
    stage: z.string().min(1).describe('The stage that asks.'),
    model: z.string().min(1).describe('Which model is asked.'),
    reasoning_effort: z.enum(['low', 'medium', 'high']).describe('How much it is to think.'),
    input_artifacts: z.array(artifactName).describe('What the model is shown, by content.'),
    redaction_profile: z.string().min(1).describe('What was left out.'),
    response_schema: z
      .string()
      .min(1)
      .describe('The schema that the answer must keep to: its name and version.'),
  })
  .describe('The envelope of a request to a model.');
