import { z } from 'zod';
import { gateVerdict } from './gate-verdict.ts';
import { runId } from './words.ts';

const time = z.iso.datetime().describe('UTC.');
const milliseconds = z.number().min(0);

const action = z
  .strictObject({
    id: z.string().describe('//package:name%action'),
    started_ms: milliseconds.describe('Since the build began.'),
    wall_ms: milliseconds,
    attempts: z.int().min(0),
  })
  .describe('An action that ran.');

/** `stamp.json`: everything that differs between two runs of the same work. */
export const runStamp = z
  .strictObject({
    run_id: runId,
    root: z.string().describe('The workspace, absolute.'),
    started_at: time,
    ended_at: time.optional(),
    duration_ms: milliseconds,
    actions: z.array(action).optional(),
    policy: z.array(gateVerdict).optional().describe('Gates that a clock decides.'),
  })
  .describe('stamp.json: every time, duration and absolute path of a run.');
