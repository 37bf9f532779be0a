import { attr, defineRule, z } from '../../src/rule-api/index.ts';
import { captureProvider } from '../capture/provider.ts';
import { bundledTool } from '../shared/bundled-tool.ts';
import { sourceIfAny } from '../shared/one-source.ts';
import { outputAt, stageInput } from '../shared/stage-input.ts';
import { referenceInput } from './reference-input.ts';

/** Last stage: a capture is held against a reference. */
export const validate = defineRule({
  name: 'validate',
  stage: 'validate',
  summary: 'Compares a capture with a reference, frame by frame, and fails below the thresholds.',
  attributes: {
    capture: attr.label().describe('The capture target that is judged.'),
    capture_video: attr.sources().describe('A capture_video.toml: the size and the rate of the capture.'),
    reference: attr
      .sources()
      .describe(
        'The reference, in one folder: frames.hashes and, if there is sound, audio.hashes; beside them its pictures and samples, if it has any.',
      ),
    reference_video: attr
      .sources()
      .describe(
        'A reference_video.toml instead: which frames and sound are the reference, and how it is judged.',
      ),
    reference_frames: attr
      .sources()
      .describe('The frames, or the list of their hashes, that reference_video means.'),
    reference_audio: attr
      .sources()
      .describe('The sound, or the list of its hashes, that reference_video means.'),
    config: attr
      .sources()
      .describe(
        'A validation_config.toml with thresholds, gates and scenes; without any, everything must be exactly the same.',
      ),
    gates: z
      .string()
      .optional()
      .describe(
        'More of the same, as text: [gates.hash], [gates.perceptual] and [[scenes]]. It stands above config.',
      ),
  },
  implement(ctx) {
    const { gates } = ctx.attributes;
    const capture = stageInput(ctx, 'capture', 'capture', captureProvider, 'capture');
    const config = sourceIfAny(ctx, 'config');
    const captureVideo = sourceIfAny(ctx, 'capture_video');
    const reference = referenceInput(ctx);
    if (capture === undefined || reference === undefined) return;
    const { dep, value } = capture;
    const report = ctx.output(`${ctx.name}/validation-report.json`);
    const page = ctx.output(`${ctx.name}/validation.html`);
    ctx.action({
      mnemonic: 'Validate',
      argv: [
        ctx.tool('node'),
        bundledTool(ctx, 'validate.mjs'),
        ...reference.words,
        ...['--capture', outputAt(dep, value.folder)],
        ...(value.frames === undefined ? [] : ['--capture-frames', outputAt(dep, value.frames)]),
        ...(value.audio === undefined ? [] : ['--capture-audio', outputAt(dep, value.audio)]),
        ...(captureVideo === undefined ? [] : ['--capture-config', captureVideo]),
        ...(config === undefined ? [] : ['--config', config]),
        ...(gates === undefined ? [] : ['--gates', ctx.inline(`${ctx.name}/gates.toml`, gates.split('\n'))]),
        ...['--out', report.path.slice(0, report.path.lastIndexOf('/')), '--report-only', 'true'],
      ],
      inputs: reference.files,
      outputs: [report, page],
    });
    // An action that fails leaves nothing behind: the report is one action's, the verdict another's.
    ctx.action({
      mnemonic: 'Verdict',
      description: `the verdict of ${report.path}`,
      argv: [ctx.tool('node'), bundledTool(ctx, 'verdict.mjs'), '--report', report],
      outputs: [],
      terse: true,
    });
    ctx.provide({ files: [report, page] });
  },
});
