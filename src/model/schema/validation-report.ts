import { z } from 'zod';
import { count, version } from './words.ts';

const verdict = z.enum(['passed', 'failed']).describe('Whether it is good.');
const ratio = z.number().min(0).max(1).describe('Of 1.');
const ssim = z
  .number()
  .min(-1)
  .max(1)
  .nullable()
  .describe('Structural similarity, 1 where the pictures are the same.');
const psnr = z.number().min(0).max(100).nullable().describe('In dB; 100 where the pictures are the same.');
const position = count.nullable().describe('Its number; null: there is none.');
const bound = z.number().describe('The bound that it is held to.');
const chunks = count.nullable().describe('Of sound; null: there is none.');

const test = z
  .strictObject({
    name: z.string().describe('Which.'),
    status: verdict,
    details: z.string().describe('For people.'),
  })
  .describe('One thing that a capture passes or fails by.');

const side = z.strictObject({
  frames: count.describe('How many there are.'),
  audio_chunks: chunks,
  pictures: z.boolean().describe('There were pictures to look at, not only their hashes.'),
  sound: z.boolean().describe('There were samples to measure, not only their hashes.'),
});

const triage = z
  .strictObject({
    categories: z
      .array(
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
      )
      .describe('What kind of trouble it is.'),
    findings: z.array(z.string()).describe('What was seen.'),
    suggestions: z.array(z.string()).describe('What to look at first.'),
  })
  .describe('What seems to have happened, and what to look at first.');

const event = z
  .strictObject({
    kind: z.enum(['different', 'dropped', 'extra', 'duplicated']).describe('What is wrong with it.'),
    reference: position.describe('Its number in the reference; null: it is not there.'),
    captured: position.describe('Its number in the capture; null: it is not there.'),
    time: z.number().min(0).nullable().describe('When, in seconds of the reference.'),
    scene: z.string().nullable().describe('The scene that it is in.'),
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
  match_ratio: ratio.describe('Matched of compared.'),
  threshold: ratio.describe('The ratio that is asked for.'),
  offset: z.int().describe('How far most of the capture lags behind the reference.'),
  length_delta: z.int().describe('How many more the capture has.'),
  dropped: count.describe('Of the reference, not in the capture.'),
  extra: count.describe('In the capture, not of the reference.'),
  duplicated: count.describe('Of the extra ones, those that repeat a neighbour.'),
  first_difference: position,
  differences: z.array(count).max(100).describe('The first positions in the reference without a match.'),
  events: z.array(event).max(100).describe('The first that are not as they should be.'),
});

const perceptual = z
  .strictObject({
    ssim,
    ssim_min: ratio.describe('The least that is asked for.'),
    psnr,
    psnr_min: bound,
    vmaf: z.null().describe('Never measured: see `vmaf_note`.'),
    vmaf_min: bound,
    vmaf_note: z.string().describe('Why VMAF is not there.'),
    loudness_delta: z
      .number()
      .min(0)
      .nullable()
      .describe('In LU; null: the same, not known, or one side is silent.'),
    loudness_delta_max: bound,
    true_peak_delta: z.number().min(0).nullable().describe('In dB; null as above.'),
    true_peak_delta_max: bound,
  })
  .describe('By [gates.perceptual]: means over the scenes by their weights.');

const scene = z.strictObject({
  id: z.string().describe('Its name.'),
  start_frame: position.describe('Null: what no scene covers.'),
  end_frame: position.describe('The first that is no part of it.'),
  weight: z.number().min(0).describe('How much it counts.'),
  frames: count.describe('How many it has.'),
  matched: count.describe('How many of them are the same.'),
  ssim,
  psnr,
});

/** `validation-report.json`: what came out when a capture was held against a reference. */
export const validationReport = z
  .strictObject({
    schema_version: version,
    name: z.string().describe('What was validated.'),
    total: count.describe('How many cases there are.'),
    passed: count.describe('How many of them are good.'),
    failed: count.describe('How many are not.'),
    cases: z.array(test).describe('What it was held to.'),
    video: z
      .strictObject({
        status: verdict,
        fps: z.number().describe('Frames a second.'),
        reference: side.describe('What it should be like.'),
        capture: side.describe('What it was like.'),
        triage,
        frame_comparison: sequence.describe('Of the frames.'),
        audio_comparison: sequence.nullable().describe('Of the chunks of sound; null: there is none.'),
        drift: z
          .strictObject({
            frames: count.describe('The furthest that frames are apart.'),
            limit: count.describe('How far they may be.'),
            audio_chunks: chunks,
            audio_limit: count.describe('How far chunks of sound may be apart.'),
          })
          .describe('How far capture and reference run apart.'),
        perceptual: perceptual.nullable().describe('How alike they look and sound; null: nobody asked.'),
        scenes: z.array(scene).describe('By the order of their frames.'),
        failures: z
          .array(z.string())
          .describe('The cases that failed, then the first frames and chunks by name.'),
      })
      .describe('The comparison.'),
  })
  .describe(
    'validation-report.json: a capture held against a reference. The same inputs give the same bytes.',
  );
