import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { Json } from '../../src/base/canonical-json.ts';
import { type Label, makeLabel } from '../../src/model/label.ts';
import type { ResolvedTarget, SourceFile } from '../../src/model/target.ts';

export const RULE_PACKAGES = fileURLToPath(new URL('../fixtures/rule-packages', import.meta.url));

/** The two files a worker needs, built as the package builds them; the caller removes the folder. */
export async function buildWorker(): Promise<{ workerUrl: URL; rulesUrl: URL; remove(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'recomp-worker-'));
  const source = (path: string): string => fileURLToPath(new URL(`../../src/${path}`, import.meta.url));
  await build({
    entryPoints: { 'expand-worker': source('expand/worker-main.ts'), rules: source('rule-api/index.ts') },
    outdir: folder,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
  });
  return {
    workerUrl: pathToFileURL(join(folder, 'expand-worker.js')),
    rulesUrl: pathToFileURL(join(folder, 'rules.js')),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export const label = (name: string, pkg = 'pkg'): Label => makeLabel(pkg, name);

export interface TargetParts {
  readonly package?: string;
  readonly sources?: Readonly<Record<string, readonly (string | SourceFile)[]>>;
  readonly labels?: Readonly<Record<string, readonly Label[]>>;
}

/** A target as the workspace hands it over. */
export function resolved(
  rule: string,
  name: string,
  attributes: Readonly<Record<string, Json>>,
  parts: TargetParts = {},
): ResolvedTarget {
  const pkg = parts.package ?? 'pkg';
  const sources: Record<string, readonly SourceFile[]> = {};
  for (const [key, files] of Object.entries(parts.sources ?? {})) {
    sources[key] = files.map((f) => (typeof f === 'string' ? { kind: 'source', path: f } : f));
  }
  return {
    label: makeLabel(pkg, name),
    rule,
    file: `${pkg}/BUILD.toml`,
    at: ['target', 0],
    attributes,
    sources,
    labels: parts.labels ?? {},
    visibility: ['public'],
    tags: [],
  };
}
