import { z } from 'zod';

/** What every target may have without its rule's doing. The first two are the workspace's to read; none is in a key. */
export const commonAttributes = {
  visibility: z
    .array(z.string())
    .optional()
    .describe(
      'Who may depend on this target: patterns of labels, such as "//lib/..."; if absent, whom the package says, else everybody.',
    ),
  tags: z.array(z.string()).optional().describe('Words to select targets by.'),
  retries: z
    .int()
    .min(0)
    .max(100)
    .default(0)
    .describe('How often a failed action is tried again, with a growing pause.'),
  pool: z
    .string()
    .min(1)
    .optional()
    .describe('A capacity from [pools] that the actions occupy while they run.'),
};

/** Names that a rule cannot give to attributes of its own. */
export const RESERVED_ATTRIBUTES: ReadonlySet<string> = new Set([
  ...Object.keys(commonAttributes),
  'name',
  'rule',
]);
