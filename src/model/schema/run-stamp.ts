import { z } from 'zod';
import { gateVerdict } from './gate-verdict.ts';
import { runId } from './words.ts';

const time = z.iso.datetime().describe('UTC.');
const milliseconds = z.number().min(0).describe('In milliseconds.');

const action = z
  .strictObject({
    id: z.string().describe('//package:name%action'),
    started_ms: milliseconds.describe('Since the build began.'),
    wall_ms: milliseconds,
    attempts: z.int().min(0).describe('How often it was tried.'),
  })
  .describe('An action that ran.');

const step = z
  .strictObject({ id: z.string().describe('//package:name%action'), wall_ms: milliseconds })
  .describe('Each waited for the one before.');

/** `stamp.json`: everything that differs between two runs of the same work. */
export const runStamp = z
  .strictObject({
    run_id: runId,
    root: z.string().describe('The workspace, absolute.'),
    started_at: time,
    ended_at: time.optional(),
    duration_ms: milliseconds,
    actions: z.array(action).optional().describe('What ran.'),
    critical_path: z
      .array(step)
      .optional()
      .describe('The chain of actions that decided how long the run took.'),
    saved_path: z
      .array(step)
      .optional()
      .describe(
        'Where nothing ran: the longest chain of what came from caches, by how long each had taken where it was made.',
      ),
    hits: z
      .array(
        z
          .strictObject({
            id: z.string().describe('//package:name%action'),
            made_by: z.string().describe('host/run_id'),
          })
          .describe('An action whose result came out of a cache.'),
      )
      .optional()
      .describe('Where results from caches had been made.'),
    policy: z.array(gateVerdict).optional().describe('Gates that a clock decides.'),
  })
  .describe('stamp.json: every time, duration and absolute path of a run.');
