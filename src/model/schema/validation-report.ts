import { z } from 'zod';
import { count } from './words.ts';

const verdict = z.enum(['passed', 'failed']);
const ratio = z.number().min(0).max(1);
const ssim = z
  .number()
  .min(-1)
  .max(1)
  .nullable()
  .describe('Structural similarity, 1 where the pictures are the same.');
const psnr = z.number().min(0).max(100).nullable().describe('In dB; 100 where the pictures are the same.');
const position = count.nullable();

const test = z
  .strictObject({ name: z.string(), status: verdict, details: z.string().describe('For people.') })
  .describe('One thing that a capture passes or fails by.');

const side = z.strictObject({
  frames: count,
  audio_chunks: count.nullable(),
  pictures: z.boolean().describe('There were pictures to look at, not only their hashes.'),
  sound: z.boolean().describe('There were samples to measure, not only their hashes.'),
});

const triage = z
  .strictObject({
    categories: z.array(
      z.enum([
        'format',
        'dropped',
        'length',
        'extra',
        'timing',
        'picture',
        'rendering',
        'diverged',
        'sound',
        'material',
      ]),
    ),
    findings: z.array(z.string()),
    suggestions: z.array(z.string()),
  })
  .describe('What seems to have happened, and what to look at first.');

const event = z
  .strictObject({
    kind: z.enum(['different', 'dropped', 'extra', 'duplicated']),
    reference: position.describe('Its number in the reference; null: it is not there.'),
    captured: position.describe('Its number in the capture; null: it is not there.'),
    time: z.number().min(0).nullable().describe('When, in seconds of the reference.'),
    scene: z.string().nullable(),
    ssim,
    psnr,
  })
  .describe('A frame or chunk that is not as it should be.');

const sequence = z.strictObject({
  reference: count.describe('How many the reference has.'),
  captured: count.describe('How many the capture has.'),
  compared: count.describe(
    'Pairs, and what either has more; without what an allowed drift cuts off at the ends.',
  ),
  matched: count.describe('Pairs that are exactly the same, within the drift allowed.'),
  match_ratio: ratio,
  threshold: ratio,
  offset: z.int().describe('How far most of the capture lags behind the reference.'),
  length_delta: z.int(),
  dropped: count.describe('Of the reference, not in the capture.'),
  extra: count.describe('In the capture, not of the reference.'),
  duplicated: count.describe('Of the extra ones, those that repeat a neighbour.'),
  first_difference: position,
  differences: z.array(count).max(100).describe('The first positions in the reference without a match.'),
  events: z.array(event).max(100),
});

const perceptual = z
  .strictObject({
    ssim,
    ssim_min: ratio,
    psnr,
    psnr_min: z.number(),
    vmaf: z.null(),
    vmaf_min: z.number(),
    vmaf_note: z.string().describe('Why VMAF is not there.'),
    loudness_delta: z
      .number()
      .min(0)
      .nullable()
      .describe('In LU; null: the same, not known, or one side is silent.'),
    loudness_delta_max: z.number(),
    true_peak_delta: z.number().min(0).nullable().describe('In dB; null as above.'),
    true_peak_delta_max: z.number(),
  })
  .describe('By [gates.perceptual]: means over the scenes by their weights.');

const scene = z.strictObject({
  id: z.string(),
  start_frame: position.describe('Null: what no scene covers.'),
  end_frame: position.describe('The first that is no part of it.'),
  weight: z.number().min(0),
  frames: count,
  matched: count,
  ssim,
  psnr,
});

/** `validation-report.json`: what came out when a capture was held against a reference. */
export const validationReport = z
  .strictObject({
    schema_version: z.literal(1),
    name: z.string(),
    total: count,
    passed: count,
    failed: count,
    cases: z.array(test),
    video: z.strictObject({
      status: verdict,
      fps: z.number(),
      reference: side,
      capture: side,
      triage,
      frame_comparison: sequence,
      audio_comparison: sequence.nullable(),
      drift: z.strictObject({
        frames: count.describe('The furthest that frames are apart.'),
        limit: count,
        audio_chunks: count.nullable(),
        audio_limit: count,
      }),
      perceptual: perceptual.nullable(),
      scenes: z.array(scene),
      failures: z
        .array(z.string())
        .describe('The cases that failed, then the first frames and chunks by name.'),
    }),
  })
  .describe(
    'validation-report.json: a capture held against a reference. The same inputs give the same bytes.',
  );
