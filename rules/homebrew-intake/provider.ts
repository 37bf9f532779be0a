import { z } from '../../src/rule-api/index.ts';

/** A program taken apart: where its manifest and its segments' bytes lie, relative to the execution root. */
export const moduleProvider = z.strictObject({
  /** The folder that paths in the manifest are relative to. */
  folder: z.string(),
  manifest: z.string(),
  segments: z.string(),
});
