import { z } from 'zod';
import { executionMode } from './words.ts';

/** `[policy]` as a record: what was asked for. What the gates said is in the run's manifest. */
export const policyRecord = z
  .strictObject({
    schema_version: z.literal(1),
    policy_id: z
      .string()
      .min(1)
      .describe('artifact://sha256:… of the record without this member, or a name that was given.'),
    execution_mode: executionMode,
    requires_approval: z.boolean(),
    max_cost_usd: z.number().min(0).nullable(),
    max_runtime_minutes: z.number().min(0).nullable(),
    redaction_profile: z.string().min(1).nullable(),
    allowed_models: z.array(z.string().min(1)),
    run_windows: z.array(z.string().min(1)).describe('In UTC: "Mon-Fri 22:00-06:00".'),
  })
  .describe('What a run was allowed to do.');
