import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { compareCodePoints } from '../../../src/base/order.ts';
import type { Artifact } from './artifact.ts';
import { reportsOf } from './stage-reports.ts';

/** The files that a stage made, those of folders one by one. */
export function readStage(stage: string, list: string): Artifact[] {
  const paths = readFileSync(list, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return paths.flatMap(filesBelow).map((path) => artifact(stage, path));
}

function filesBelow(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort(compareCodePoints);
}

function artifact(stage: string, path: string): Artifact {
  const bytes = readFileSync(path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return {
    name: `artifact://sha256:${sha256}`,
    path,
    sha256,
    size: bytes.length,
    stage,
    role: roleOf(stage, path),
  };
}

const roleOf = (stage: string, path: string): string =>
  path.endsWith('/validation-report.json') ? 'validation_report' : stage === 'build' ? 'program' : 'output';

/** A stage that only passes on what another made lists nothing of its own. */
export function artifactIndex(
  label: string,
  artifacts: readonly Artifact[],
  configs: readonly (readonly [name: string, path: string])[],
): object {
  const firsts = new Map<string, Artifact>();
  for (const one of artifacts) if (!firsts.has(one.path)) firsts.set(one.path, one);
  const sorted = [...firsts.values()].sort((a, b) => compareCodePoints(a.path, b.path));
  return {
    schema_version: 1,
    label,
    manifests: Object.fromEntries(reportsOf(sorted).map(({ kind, artifact: { path } }) => [kind, path])),
    configs: Object.fromEntries(configs),
    artifacts: sorted,
  };
}

/** As `sha256sum -c` reads it, from the workspace’s root. */
export const sumsText = (artifacts: readonly Artifact[]): string =>
  [...new Set(artifacts.map(({ sha256, path }) => `${sha256}  ${path}\n`))]
    .sort((a, b) => compareCodePoints(a.slice(66), b.slice(66)))
    .join('');
