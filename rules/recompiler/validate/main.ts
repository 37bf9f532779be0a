// validate --reference FOLDER|reference_video.toml --capture FOLDER|capture_video.toml --out FOLDER
//   [--config validation_config.toml] [--gates FILE] [--capture-config capture_video.toml] [--report-only true]
//   [--reference-frames PATH] [--reference-audio FILE] [--capture-frames PATH] [--capture-audio FILE]
import { ok } from '../../../src/base/result.ts';
import { writeFiles } from '../tool/files.ts';
import { runTool } from '../tool/run-tool.ts';
import { guarded } from './bad-input.ts';
import { examine } from './judge/findings.ts';
import { openInputs } from './open-inputs.ts';
import { validationPage } from './page/page.ts';
import { reportOf } from './validate.ts';

runTool({
  name: 'validate',
  required: ['reference', 'capture', 'out'],
  optional: [
    ...['config', 'gates', 'capture-config', 'report-only'],
    ...['reference-frames', 'reference-audio', 'capture-frames', 'capture-audio'],
  ],
  run(get, find) {
    const made = guarded(() => {
      const inputs = openInputs({
        reference: get('reference'),
        capture: get('capture'),
        captureConfig: find('capture-config'),
        config: find('config'),
        gates: find('gates'),
        referenceMaterial: { frames: find('reference-frames'), audio: find('reference-audio') },
        captureMaterial: { frames: find('capture-frames'), audio: find('capture-audio') },
      });
      const findings = examine(inputs.settings, inputs.fps, inputs.reference, inputs.capture);
      const report = reportOf(findings);
      return { report, page: validationPage(report, findings, inputs.events) };
    });
    if (!made.ok) return made;
    const { report, page } = made.value;
    writeFiles(get('out'), [
      ['validation-report.json', `${JSON.stringify(report, null, 2)}\n`],
      ['validation.html', page],
    ]);
    // Whoever reads the report gives the verdict.
    if (find('report-only') === 'true') return ok(0);
    for (const failure of report.video.failures) process.stderr.write(`validate: ${failure}\n`);
    return ok(report.failed === 0 ? 0 : 1);
  },
});
