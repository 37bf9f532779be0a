import { z } from 'zod';
import { artifactName } from './artifact-name.ts';
import { executionMode, runId, version } from './words.ts';

/** What whoever wants a run hands in. Local runs are asked for on the command line; the record is the same. */
export const runSubmission = z
  .strictObject({
    schema_version: version,
    run_id: runId,
    execution_mode: executionMode,
    module_manifest: artifactName,
    config_manifest: artifactName,
    provenance_manifest: artifactName,
    requested_by: z.string().min(1).describe('Who asks.'),
    priority: z.enum(['low', 'standard', 'high']).describe('What goes first where runs wait.'),
  })
  .describe('A request for a run.');
