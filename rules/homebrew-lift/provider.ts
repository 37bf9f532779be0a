import { z } from '../../src/rule-api/index.ts';

/** Lifted code: where its parts lie, relative to the execution root. */
export const liftProvider = z.strictObject({
  /** A folder of C files that can be compiled one by one. */
  shards: z.string(),
  /** C: the table of functions and segments. */
  program: z.string(),
  /** Assembly that includes `image_parts`, which lie beside it. */
  image: z.string(),
  image_parts: z.array(z.string()),
  /** What a backend goes by that lifts for itself: the module with its files, and the shape of its code. */
  module: z.strictObject({ folder: z.string(), manifest: z.string(), segments: z.string() }),
  shape: z.string(),
  /** What was lifted, with names. */
  report: z.string(),
});
