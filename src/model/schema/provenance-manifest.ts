import { z } from 'zod';
import { artifactName } from './artifact-name.ts';
import { sha256, size, version } from './words.ts';

/** `provenance-manifest.json`: where the inputs of a run come from. Inputs are named by content and never copied. */
export const provenanceManifest = z
  .strictObject({
    schema_version: version,
    title: z
      .strictObject({
        name: z.string().optional().describe('What it is called.'),
        title_id: z.string().optional().describe('Its id on the console.'),
        version: z.string().optional().describe('Which version of it.'),
        region: z.string().optional().describe('Where it was sold.'),
      })
      .describe('Of what.'),
    collection: z
      .strictObject({
        device: z.string().optional().describe('Where from.'),
        collected_at: z.string().optional().describe('When.'),
        tool: z
          .strictObject({
            name: z.string().optional().describe('Its name.'),
            version: z.string().optional().describe('Its version.'),
          })
          .optional()
          .describe('With which tool.'),
      })
      .describe('How the inputs were come by.'),
    inputs: z
      .array(
        z.strictObject({
          name: artifactName,
          path: z.string().describe('As the provenance says it.'),
          sha256,
          size: size.optional(),
          format: z.string().describe('What kind of file it is.'),
          role: z.string().optional().describe('What it is for.'),
          proprietary: z
            .boolean()
            .optional()
            .describe('It and what is made of it must not leave this machine.'),
        }),
      )
      .describe('By path.'),
  })
  .describe('provenance-manifest.json: where the inputs of a run come from.');
