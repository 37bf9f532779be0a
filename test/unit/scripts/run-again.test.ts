import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../../../scripts/run-again.mjs', import.meta.url));

/** Runs a file of tests as vitest would: those whose name begins with `good` pass. */
const VITEST = `import { appendFileSync, writeFileSync } from 'node:fs';
const [file, ...words] = process.argv.slice(2);
const good = file.startsWith('good');
appendFileSync('asked', file + '\\n');
const status = good ? 'passed' : 'failed';
const results = { testResults: [{ name: process.cwd() + '/' + file, status, assertionResults: [{ status }, { status: 'passed' }] }] };
writeFileSync(words.find((word) => word.startsWith('--outputFile.json=')).split('=')[1], JSON.stringify(results));
process.exitCode = good ? 0 : 1;
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recomp-again-'));
  writeFileSync(join(folder, 'vitest.mjs'), VITEST);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const result = (name: string, ...statuses: string[]) => ({
  name: join(folder, name),
  status: statuses.includes('failed') || statuses.length === 0 ? 'failed' : 'passed',
  assertionResults: statuses.map((status) => ({ status })),
});

function runAgain(...testResults: readonly ReturnType<typeof result>[]) {
  const results = join(folder, 'results.json');
  writeFileSync(results, JSON.stringify({ numPassedTests: 1, numFailedTests: 1, testResults }));
  const words = [SCRIPT, results, process.execPath, 'vitest.mjs'];
  const { status, stdout } = spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8' });
  const { numPassedTests: passed, numFailedTests: failed } = JSON.parse(readFileSync(results, 'utf8'));
  return { status, passed, failed, said: stdout.trim().split('\n') };
}

const asked = (): string[] => readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n');

describe('test files that failed', () => {
  it('are run again alone, and named when they pass then', () => {
    const steady = result('steady.test.ts', 'passed', 'skipped', 'passed');
    expect(runAgain(steady, result('good.test.ts', 'passed', 'failed'))).toEqual({
      status: 0,
      passed: 4,
      failed: 0,
      said: ['unsteady: good.test.ts: passed only when run again; a bug to be mended'],
    });
    expect(asked()).toEqual(['good.test.ts']);
  });

  it('have failed when they fail twice, whatever the others do', () => {
    const other = result('bad.test.ts', 'failed', 'passed');
    expect(runAgain(result('good.test.ts', 'failed'), other)).toEqual({
      status: 1,
      passed: 3,
      failed: 1,
      said: [
        'unsteady: good.test.ts: passed only when run again; a bug to be mended',
        'failed: bad.test.ts: failed again',
      ],
    });
    expect(asked()).toEqual(['good.test.ts', 'bad.test.ts']);
  });

  it('are run again, too, when they broke before there was any test', () => {
    expect(runAgain(result('good.test.ts'))).toMatchObject({ status: 0, passed: 2, failed: 0 });
    expect(runAgain(result('good.test.ts', 'passed', 'pending'))).toMatchObject({ status: 0, passed: 2 });
  });

  it('are not run again when that could not help', () => {
    const many = Array.from({ length: 9 }, (_, i) => result(`good${i}.test.ts`, 'failed'));
    expect(runAgain(...many)).toMatchObject({
      status: 1,
      said: ['9 files failed: too many to be run again.'],
    });
    expect(runAgain(result('steady.test.ts', 'passed'))).toMatchObject({ status: 1 });
  });
});
