import { z } from '../../src/rule-api/index.ts';

/** What a recompiled program is, beside something that can be started. */
export const programProvider = z.strictObject({
  /** Its WebAssembly module, relative to the execution root; null: the program is native. */
  wasm: z.string().nullable(),
});
