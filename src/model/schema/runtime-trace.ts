import { z } from 'zod';
import { address } from './name-map.ts';
import { count, sha256, version } from './words.ts';

/** `runtime-trace.json`: what a recompiled program did when it ran. */
export const runtimeTrace = z
  .strictObject({
    schema_version: version,
    program: z.string().describe('Its name.'),
    input_sha256: sha256.describe('Of the program that was recompiled: a trace of another is refused.'),
    instructions: count.describe('How many were interpreted.'),
    is_cut: z.boolean().describe('There were more calls and jumps by register than are kept.'),
    functions: z.array(address).describe('Where calls went, and where the program starts.'),
    indirect: z
      .array(
        z.strictObject({
          from: address,
          to: address,
          kind: z.enum(['call', 'jump']).describe('How it went there.'),
        }),
      )
      .describe('Calls and jumps by register.'),
    fallback: z
      .array(address)
      .describe('Where the lifted program had no entry, so that the interpreter took over.'),
  })
  .describe('runtime-trace.json: what a recompiled program did when it ran.');
