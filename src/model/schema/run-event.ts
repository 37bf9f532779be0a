import { z } from 'zod';
import { artifactName } from './artifact-name.ts';
import { count, executionMode, label, runId, status, totals } from './words.ts';

const seq = z.int().min(1).describe('The line’s number: events are in order and without gaps.');

const event = <const T extends string, M extends z.ZodRawShape>(type: T, about: string, members: M) =>
  z.strictObject({ seq, type: z.literal(type).describe(about), run_id: runId, ...members }).describe(about);

/** A line of `events.jsonl`. Without times: those are in the stamp. */
export const runEvent = z
  .discriminatedUnion('type', [
    event('recomp.run.requested', 'Somebody asked for it.', { execution_mode: executionMode }),
    event('recomp.run.started', 'The workspace was loaded.', {
      targets: count.describe('How many it holds of what was asked for, with what those need.'),
    }),
    event('recomp.run.stage.completed', 'A target of which something was looked up or run came to its end.', {
      stage: label,
      status,
      stage_attempt: z.int().min(1).describe('How often it was tried.'),
      artifacts: z.array(artifactName).describe('What it made, by content.'),
    }),
    event('recomp.run.validation.completed', 'A capture was compared with its reference.', {
      stage: label,
      passed: z.boolean().describe('Whether the capture is good.'),
      report: artifactName.nullable().describe('The report; null where there was none.'),
    }),
    event('recomp.run.completed', 'The end.', {
      state: z.enum(['succeeded', 'failed']).describe('How the run ended.'),
      ...totals,
      // A run in which nothing changed says only how much that was.
      total: totals.total.optional(),
      executed: totals.executed.optional(),
      failed: totals.failed.optional(),
      local_hits: totals.local_hits.optional(),
      remote_hits: totals.remote_hits.optional(),
      skipped: totals.skipped.optional(),
    }),
  ])
  .describe('A line of events.jsonl: what happened in a run, in order and without times.');
