import { attr, defineRule, type InputFile } from '../../src/rule-api/index.ts';
import { captureProvider } from '../capture/provider.ts';
import { bundledTool } from '../shared/bundled-tool.ts';
import { sourceIfAny } from '../shared/one-source.ts';
import { outputAt, stageInput } from '../shared/stage-input.ts';

/** Last stage: a capture is held against a reference. */
export const validate = defineRule({
  name: 'validate',
  summary: 'Compares a capture with a reference, frame by frame, and fails below the thresholds.',
  attributes: {
    capture: attr.label().describe('The capture target that is judged.'),
    reference: attr
      .sources()
      .describe('The reference: frames.hashes and, if there is sound, audio.hashes, in one folder.'),
    config: attr
      .sources()
      .describe(
        'A validation_config.toml with thresholds; without one, everything must be exactly the same.',
      ),
  },
  implement(ctx) {
    const capture = stageInput(ctx, 'capture', 'capture', captureProvider, 'capture');
    const config = sourceIfAny(ctx, 'config');
    const reference = ctx.sources('reference');
    const folder = referenceFolder(reference, (message, help) => ctx.fail(message, ['reference'], help));
    if (capture === undefined || folder === undefined) return;
    const report = ctx.output(`${ctx.name}/validation-report.json`);
    ctx.action({
      mnemonic: 'Validate',
      argv: [
        ctx.tool('node'),
        bundledTool(ctx, 'validate.mjs'),
        ...['--reference', folder, '--capture', outputAt(capture.dep, capture.value.folder)],
        ...(config === undefined ? [] : ['--config', config]),
        ...['--out', report.path.slice(0, report.path.lastIndexOf('/')), '--report-only', 'true'],
      ],
      inputs: reference,
      outputs: [report],
    });
    // An action that fails leaves nothing behind: the report is one action's, the verdict another's.
    ctx.action({
      mnemonic: 'Verdict',
      description: `the verdict of ${report.path}`,
      argv: [ctx.tool('node'), bundledTool(ctx, 'verdict.mjs'), '--report', report],
      outputs: [],
    });
    ctx.provide({ files: [report] });
  },
});

function referenceFolder(
  files: readonly InputFile[],
  fail: (message: string, help?: string) => void,
): string | undefined {
  const folders = new Set(files.map(({ path }) => path.slice(0, Math.max(0, path.lastIndexOf('/')))));
  const [folder] = folders;
  if (!files.some(({ path }) => path.endsWith('/frames.hashes') || path === 'frames.hashes')) {
    fail(
      'reference has no frames.hashes',
      'reference = ["reference/frames.hashes", "reference/audio.hashes"]',
    );
    return undefined;
  }
  if (folders.size === 1 && folder !== undefined) return folder === '' ? '.' : folder;
  fail(`the reference’s files lie in ${folders.size} folders: it must be one`);
  return undefined;
}
