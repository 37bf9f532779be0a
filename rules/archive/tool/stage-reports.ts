import { copyFileSync, mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Artifact } from './artifact.ts';

type Kind = 'intake' | 'pipeline' | 'validation';

/** What stages say of their work, by the name that the index has for it. */
const REPORTS: Readonly<Record<string, Kind>> = {
  'intake/module.json': 'intake',
  'lift/lift-report.json': 'pipeline',
  'validate/validation-report.json': 'validation',
};

export const reportsOf = (
  artifacts: readonly Artifact[],
): readonly { readonly kind: Kind; readonly artifact: Artifact }[] =>
  artifacts.flatMap((artifact) => {
    const kind = REPORTS[`${artifact.stage}/${basename(artifact.path)}`];
    return kind === undefined ? [] : [{ kind, artifact }];
  });

/** Copies of them: when the folders of the stages are gone, these are still to be read. */
export function keepReports(artifacts: readonly Artifact[], folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const { artifact } of reportsOf(artifacts)) {
    const to = join(folder, artifact.stage, basename(artifact.path));
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(artifact.path, to);
  }
}
