import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { plainPath } from '../../automation/sources.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { type ArtifactIndex, artifactIndex } from '../../model/schema/artifact-index.ts';
import type { Loop } from './find-loop.ts';
import { stageFile } from './stage-files.ts';

/** The archive's index, and where manifests and configurations lie. */
export function indexText(loop: Loop): Result<string, string> {
  const file = stageFile(loop, 'archive', 'artifact-index.json');
  const index = readIndex(file);
  if (!index.ok) return index;
  const { reference = {} } = loop.loaded.config ?? {};
  const inPackage = (path: string | undefined): string | undefined =>
    path === undefined || path.startsWith('/') ? path : join(loop.pkg, plainPath(path));
  const whole: ArtifactIndex = {
    schema_version: 1,
    label: index.value.label,
    manifests: { ...index.value.manifests, run: '.recomp/runs/latest/run-manifest.json' },
    configs: defined({
      reference: inPackage(reference.reference_video_toml),
      capture: inPackage(reference.capture_video_toml),
      validation: inPackage(reference.validation_config_toml),
      input_script: inPackage(reference.input_script_toml),
    }),
    artifacts: index.value.artifacts,
  };
  return ok(`${JSON.stringify(whole, null, 2)}\n`);
}

/** What is not as an index says; paths are relative to the current folder. */
export function checkIndex(file: string): readonly string[] {
  const index = readIndex(file);
  if (!index.ok) return [index.error];
  return index.value.artifacts.flatMap(({ name, path, sha256 }) => {
    if (name !== `artifact://sha256:${sha256}`) return [`${path}: ${name} is another digest than ${sha256}`];
    if (!existsSync(path)) return [`${path} is not there`];
    const found = createHash('sha256').update(readFileSync(path)).digest('hex');
    return found === sha256 ? [] : [`${path} has sha256 ${found}, not ${sha256}`];
  });
}

function readIndex(file: string): Result<ArtifactIndex, string> {
  if (!existsSync(file)) return err(`there is no ${file}: \`recomp automate\` makes one`);
  try {
    const parsed = artifactIndex.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return parsed.success
      ? ok(parsed.data)
      : err(`${file} is no artifact index: ${parsed.error.issues[0]?.message}`);
  } catch {
    return err(`${file} is not JSON`);
  }
}

/** Without members that are undefined. */
function defined<K extends string>(
  values: Readonly<Record<K, string | undefined>>,
): Partial<Record<K, string>> {
  const out: Partial<Record<K, string>> = {};
  for (const key in values) {
    const value = values[key];
    if (value !== undefined) out[key] = value;
  }
  return out;
}
