import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The program under test: the bundle's `recomp.cjs`. */
    readonly recompBin: string;
  }
}

/** Builds the bundle once for all files; `RECOMP_TEST_BIN` names one that is there already. */
export default function setup(project: TestProject): (() => void) | undefined {
  const given = process.env['RECOMP_TEST_BIN'];
  if (given !== undefined && given !== '') {
    project.provide('recompBin', given);
    return undefined;
  }
  const script = fileURLToPath(new URL('../../scripts/build.mjs', import.meta.url));
  // Below node_modules, so that the packages which are not bundled are found as in an installation.
  const caches = fileURLToPath(new URL('../../node_modules/.cache', import.meta.url));
  mkdirSync(caches, { recursive: true });
  const folder = mkdtempSync(join(caches, 'recomp-test-dist-'));
  execFileSync(process.execPath, [script, folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  project.provide('recompBin', join(folder, 'recomp.cjs'));
  return () => rmSync(folder, { recursive: true, force: true });
}
