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
  /** The whole program as a WebAssembly module. */
  wasm: z.string(),
});
