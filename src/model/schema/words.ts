import { z } from 'zod';

/** What the files of a run have in common. */
export const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .describe('SHA-256, lower-case hexadecimal.');
export const runId = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,128}$/)
  .describe('The name of the run, which is the name of its folder too.');
export const count = z.int().min(0);
export const version = z.literal(1).describe('Of this form; another one is refused.');
export const size = count.describe('In bytes.');
export const label = z
  .string()
  .regex(/^\/\/[^:]*:.+$/)
  .describe('A target: //package:name.');
export const executionMode = z.enum(['local', 'cloud', 'hybrid']).describe('Where actions may run.');
export const status = z
  .enum(['succeeded', 'failed', 'skipped', 'cancelled'])
  .describe('How it ended; skipped: what it needs failed, or it was not reached.');

export const totals = {
  total: count.describe('All actions; the sum of the others.'),
  executed: count.describe('Ran and succeeded.'),
  failed: count.describe('Ran, or were to run, and failed.'),
  local_hits: count.describe('Taken from the local cache.'),
  remote_hits: count.describe('Taken from a remote cache, or an executor that had the result.'),
  up_to_date: count.describe('Nothing had changed.'),
  skipped: count.describe('Not run, because of a failure before or an interruption.'),
};
