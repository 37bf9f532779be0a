// validate --reference FOLDER --capture FOLDER --out FOLDER [--config validation_config.toml] [--report-only true]
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '../../../src/base/result.ts';
import { readText, writeFiles } from '../tool/files.ts';
import { runTool } from '../tool/run-tool.ts';
import { EXACT, parseValidationConfig, type ValidationConfig } from './config.ts';
import { type Hashes, validate } from './validate.ts';

runTool({
  name: 'validate',
  required: ['reference', 'capture', 'out'],
  optional: ['config', 'report-only'],
  run(get, find) {
    const config = loadConfig(find('config'));
    if (!config.ok) return config;
    const reference = loadHashes(get('reference'));
    if (!reference.ok) return reference;
    const capture = loadHashes(get('capture'));
    if (!capture.ok) return capture;
    const report = validate(config.value, reference.value, capture.value);
    writeFiles(get('out'), [['validation-report.json', `${JSON.stringify(report, null, 2)}\n`]]);
    // Whoever reads the report gives the verdict.
    if (find('report-only') === 'true') return ok(0);
    for (const failure of report.video.failures) process.stderr.write(`validate: ${failure}\n`);
    return ok(report.failed === 0 ? 0 : 1);
  },
});

function loadConfig(path: string | undefined): Result<ValidationConfig, string> {
  if (path === undefined) return ok(EXACT);
  const text = readText(path);
  if (!text.ok) return text;
  const config = parseValidationConfig(text.value);
  return config.ok ? config : err(`${path}: ${config.error}`);
}

function loadHashes(folder: string): Result<Hashes, string> {
  const frames = readLines(join(folder, 'frames.hashes'));
  if (!frames.ok) return frames;
  const audioPath = join(folder, 'audio.hashes');
  if (!existsSync(audioPath)) return ok({ frames: frames.value, audio: undefined });
  const audio = readLines(audioPath);
  return audio.ok ? ok({ frames: frames.value, audio: audio.value }) : audio;
}

function readLines(path: string): Result<readonly string[], string> {
  const text = readText(path);
  if (!text.ok) return text;
  const lines = text.value.split('\n').filter((line) => line !== '');
  const bad = lines.findIndex((line) => !/^([0-9]{1,5}x[0-9]{1,5}:)?[0-9a-f]{64}$/.test(line));
  return bad >= 0 ? err(`${path}, line ${bad + 1}: not a hash`) : ok(lines);
}
