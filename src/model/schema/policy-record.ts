import { z } from 'zod';
import { executionMode, version } from './words.ts';

/** `[policy]` as a record: what was asked for. What the gates said is in the run's manifest. */
export const policyRecord = z
  .strictObject({
    schema_version: version,
    policy_id: z
      .string()
      .min(1)
      .describe('artifact://sha256:… of the record without this member, or a name that was given.'),
    execution_mode: executionMode,
    requires_approval: z.boolean().describe('Somebody has to agree before it runs.'),
    max_cost_usd: z.number().min(0).nullable().describe('The most it may cost; null: no bound.'),
    max_runtime_minutes: z.number().min(0).nullable().describe('The longest it may take; null: no bound.'),
    redaction_profile: z
      .string()
      .min(1)
      .nullable()
      .describe('What models are not shown; null: models are shown nothing.'),
    allowed_models: z.array(z.string().min(1)).describe('Models that may be asked; empty: none.'),
    run_windows: z.array(z.string().min(1)).describe('In UTC: "Mon-Fri 22:00-06:00".'),
  })
  .describe('What a run was allowed to do.');
