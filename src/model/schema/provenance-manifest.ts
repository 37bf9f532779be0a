import { z } from 'zod';
import { artifactName } from './artifact-name.ts';
import { count, sha256 } from './words.ts';

/** `provenance-manifest.json`: where the inputs of a run come from. Inputs are named by content and never copied. */
export const provenanceManifest = z
  .strictObject({
    schema_version: z.literal(1),
    title: z.strictObject({
      name: z.string().optional(),
      title_id: z.string().optional(),
      version: z.string().optional(),
      region: z.string().optional(),
    }),
    collection: z.strictObject({
      device: z.string().optional(),
      collected_at: z.string().optional(),
      tool: z.strictObject({ name: z.string().optional(), version: z.string().optional() }).optional(),
    }),
    inputs: z.array(
      z.strictObject({
        name: artifactName,
        path: z.string().describe('As the provenance says it.'),
        sha256,
        size: count.optional(),
        format: z.string(),
        role: z.string().optional(),
        proprietary: z.boolean().optional(),
      }),
    ),
  })
  .describe('provenance-manifest.json: where the inputs of a run come from.');
