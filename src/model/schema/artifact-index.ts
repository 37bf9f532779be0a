import { z } from 'zod';
import { artifactName } from './artifact-name.ts';
import { sha256, size, version } from './words.ts';

const path = z.string().min(1).describe('Relative to the workspace, with /.');

const artifact = z
  .strictObject({
    name: artifactName,
    path,
    sha256,
    size,
    stage: z.string().describe('The stage that made it.'),
    role: z.string().describe('What it is for: program, validation_report, output.'),
  })
  .describe('A file that a stage made.');

/** `artifact-index.json`: what a run left, by content. */
export const artifactIndex = z
  .strictObject({
    schema_version: version,
    label: z.string().describe('Whose index it is.'),
    manifests: z
      .strictObject({
        intake: path.optional(),
        pipeline: path.optional(),
        validation: path.optional(),
        run: path.optional(),
      })
      .optional()
      .describe(
        'Where the manifests of intake, lift, validation and run lie; that of the run is not known before it is over.',
      ),
    configs: z
      .strictObject({
        reference: path.optional(),
        capture: path.optional(),
        validation: path.optional(),
        input_script: path.optional(),
      })
      .optional()
      .describe('Where the files that the validation went by lie.'),
    artifacts: z.array(artifact).describe('Sorted by path.'),
  })
  .describe('artifact-index.json: what a run left, by content.');

export type ArtifactIndex = z.output<typeof artifactIndex>;
