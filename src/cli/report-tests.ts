import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { junitXml } from '../report/junit.ts';
import { type TestResult, type TestStatus, testTotals } from '../report/test-results.ts';
import { testSummary } from '../report/test-summary.ts';
import { say } from './print.ts';
import { usesColor } from './terminal-traits.ts';

/** Results go to stdout, and to a file for build servers; false: that could not be written. */
export function reportTests(
  results: readonly TestResult[],
  to: { readonly json: boolean; readonly junit: string | undefined },
): boolean {
  process.stdout.write(to.json ? asJson(results) : testSummary(results, painter()));
  return to.junit === undefined || writeJunit(to.junit, results);
}

function asJson(results: readonly TestResult[]): string {
  const { notRun, ...totals } = testTotals(results);
  const tests = results.map(({ stdout: _, stderr: __, ms, ...result }) => ({
    ...result,
    ...(ms === undefined ? {} : { duration_ms: Math.round(ms) }),
  }));
  return `${JSON.stringify({ tests, totals: { ...totals, not_run: notRun } }, null, 2)}\n`;
}

function writeJunit(file: string, results: readonly TestResult[]): boolean {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, junitXml(results));
    return true;
  } catch (error) {
    say(
      `the results cannot be written to ${file}: ${error instanceof Error ? error.message : String(error)}`,
    );
    return false;
  }
}

const CODES: Readonly<Record<TestStatus, string>> = { passed: '32', failed: '1;31', 'not-run': '33' };

function painter(): (status: TestStatus, text: string) => string {
  const color = usesColor(process.env, process.stdout.isTTY === true);
  return (status, text) => (color ? `\u001b[${CODES[status]}m${text}\u001b[0m` : text);
}
