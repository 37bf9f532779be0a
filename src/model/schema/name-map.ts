import { z } from 'zod';

export const address = z
  .string()
  .regex(/^0x[0-9a-f]{1,14}$/)
  .describe('A guest address.');
/** A map may be written by hand: either case, and decimal numbers too. */
const anyAddress = z
  .union([z.string().regex(/^(0[xX][0-9a-fA-F]{1,16}|[0-9]{1,16})$/), z.int().min(0)])
  .describe('A guest address, as the lifted code shows it: "0x8000694".');
const text = z.string().max(4000);

const evidence = z
  .strictObject({
    source: z.enum(['person', 'string', 'trace', 'tool']).describe('Who or what says so.'),
    detail: text.optional().describe('Which trace, string, person or tool.'),
    confidence: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe('How sure. Absent: 0.9 for a person, 0.7 for a string, 0.6 for a trace, 0.5 for a tool.'),
  })
  .describe('Where a name comes from.');

export const nameMapEntry = z
  .strictObject({
    address: anyAddress,
    program: text.optional().describe('Which program it is for, where a map is for several.'),
    name: z
      .string()
      .regex(/^[\w.$@:~<>,()&*+\-=!%^|[\] ]{1,200}$/)
      .optional()
      .describe('What it is called.'),
    size: z.int().min(0).optional().describe('Bytes.'),
    kind: z.enum(['function', 'label', 'data']).optional().describe('What lies there. Absent: a function.'),
    section: text.optional().describe('The section, for formats that say it.'),
    signature: text.optional().describe('Stands above the function in the emitted C.'),
    comment: text.optional().describe('Stands above the function in the emitted C.'),
    create: z
      .boolean()
      .optional()
      .describe(
        'True: a function starts here. False: none does. Absent: a named address of code is a start.',
      ),
    jump_table: z
      .strictObject({
        targets: z.array(anyAddress).min(1).max(4096).describe('Where it goes.'),
        default: anyAddress.optional().describe('Where it goes if no case fits.'),
        register: z
          .int()
          .min(0)
          .optional()
          .describe('The register that holds the case, in formats that say it.'),
      })
      .optional()
      .describe('The jump by register at this address goes to one of these.'),
    evidence: z.array(evidence).max(32).optional().describe('What speaks for the name.'),
    extra: z
      .record(z.string(), z.string().max(200))
      .optional()
      .describe('What another format says beside, kept for the way back.'),
  })
  .describe('What is known of one address: a name, a boundary (create) or a jump table at least.');

/** `name_map.json`. */
export const nameMap = z
  .array(nameMapEntry)
  .max(1_000_000)
  .describe('name_map.json: what addresses are called, and where functions start.');
