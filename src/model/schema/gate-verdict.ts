import { z } from 'zod';

export const gateVerdict = z
  .strictObject({
    loop: z.string().optional().describe('The package of the loop that says it; absent in older records.'),
    gate: z.string().describe('A key of [policy].'),
    verdict: z
      .enum(['pass', 'would_block', 'depends_on_time'])
      .describe('What it would have said; `depends_on_time`: the stamp has the answer, as it has all times.'),
    reason: z.string().describe('Why, in words.'),
  })
  .describe('The answer of one gate.');
