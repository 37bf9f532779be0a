import { z } from 'zod';
import { address, nameMapEntry } from './name-map.ts';
import { count, sha256, version } from './words.ts';

/** `analysis.json`: what is known of a program's code, whoever found it. */
export const analysis = z
  .strictObject({
    schema_version: version,
    module: z
      .strictObject({
        name: z.string().describe('The program’s own name, or that of its file.'),
        build_id: z.string().describe('As the file says it; empty: it says none.'),
        input_sha256: sha256,
      })
      .describe('Of which program.'),
    functions: z
      .array(
        z.strictObject({
          address,
          end: address.describe('Behind the last address that may belong to it.'),
          entries: z.array(address).optional().describe('Where it can be entered beside its start.'),
          instructions: count.describe('How many it has.'),
          origin: z
            .enum(['entry', 'symbol', 'call', 'hint', 'pointer'])
            .describe(
              'The strongest reason to believe in it: the program starts there; the file says so; it is called; a name map or trace says so; an address points at it.',
            ),
          name: z.string().optional().describe('As the file or a name map says it.'),
        }),
      )
      .describe('By address; they do not overlap.'),
    jump_tables: z
      .array(
        z.strictObject({
          address: address.describe('Of the jump.'),
          targets: z.array(address).describe('Where it may lead.'),
          origin: z.enum(['found', 'hint']).describe('hint: a name map or a trace knew of it.'),
        }),
      )
      .describe('Jumps by register, and where they lead.'),
    open_jumps: z.array(address).describe('Jumps by register whose targets nobody knows.'),
    references: z
      .array(
        z.strictObject({
          from: address,
          to: address,
          kind: z
            .enum(['address', 'call', 'jump', 'stored'])
            .describe(
              'address: code computes it; stored: data holds it; jump: from one function into another.',
            ),
        }),
      )
      .describe('By the address that they come from.'),
    names: z.array(nameMapEntry).describe('The name map, as it was decided on.'),
    unheeded: z
      .array(
        z.strictObject({
          address,
          what: z
            .enum(['start', 'no_start', 'arrival', 'jump_table', 'size'])
            .describe('What was said: arrival is what a trace saw.'),
          reason: z
            .enum([
              'unaligned',
              'not_code',
              'program_entry',
              'not_a_jump',
              'unreached',
              'target_not_code',
              'target_outside',
              'runs_on',
              'cut_short',
            ])
            .describe('Why it could not be followed.'),
          said: z.string().describe('What the name map, an export or a trace says.'),
          found: z.string().describe('What the program says.'),
        }),
      )
      .describe('What was said of boundaries and jump tables, and could not be followed.'),
  })
  .describe('analysis.json: functions, names, references and jump tables of a program.');
