import { z } from 'zod';
import { artifactName } from './artifact-name.ts';
import { count, runId, version } from './words.ts';

const time = z.iso.datetime().describe('RFC 3339, UTC.');

const status = {
  run_id: runId,
  state: z.enum(['queued', 'running', 'blocked', 'failed', 'succeeded']).describe('Where the run stands.'),
  current_stage: z.string().nullable().describe('The stage that was begun last.'),
  stage_attempt: z
    .int()
    .min(1)
    .describe('How often this stage was tried, retries and resumptions of the run included.'),
  artifacts: z.array(artifactName).describe('What was made so far, sorted.'),
  started_at: time,
  updated_at: time,
};

/** What whoever asks for a run's state is told: the same for local and for other runs. */
export const runStatus = z
  .strictObject({ schema_version: version, ...status })
  .describe('The state of a run.');

/** `run-state.json`: the status, and what tells a run that is under way from one whose process is gone. */
export const runStateFile = z
  .strictObject({
    schema_version: version,
    ...status,
    attempts: z
      .record(z.string(), z.int().min(1))
      .describe('How often each stage was tried, retries and resumptions of the run included.'),
    interrupted: z.boolean().describe('It failed because its process ended.'),
    blocked_by: z.string().nullable().describe('What it waits for.'),
    request: z.string().describe('The package whose loop it is, or the command that asked for the build.'),
    owner: z
      .strictObject({
        pid: count.describe('Its number.'),
        started: z.string().describe('Start time of the process, in ticks since boot.'),
        pid_namespace: z.string().describe('In which numbers of processes that is.'),
      })
      .nullable()
      .describe(
        'The process that runs it. While it says "running" and this one is gone, the run has failed. null: it was over at once.',
      ),
  })
  .describe('run-state.json: where a run stands, written as it goes.');

export type RunStateFile = z.output<typeof runStateFile>;
