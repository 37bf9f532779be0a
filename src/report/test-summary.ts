import { duration, plural } from './terminal-text.ts';
import { type TestResult, type TestStatus, testTotals } from './test-results.ts';

/** A line per test, then the counts. */
export function testSummary(
  results: readonly TestResult[],
  paint: (status: TestStatus, text: string) => string,
): string {
  const widest = Math.max(0, ...results.map((r) => r.label.length));
  const lines = results.map((r) =>
    `${paint(r.status, WORDS[r.status])}  ${r.label.padEnd(widest)}  ${remark(r)}`.trimEnd(),
  );
  const { total, passed, cached, failed, notRun } = testTotals(results);
  const counts = [
    passed > 0 ? `${passed} passed${cached > 0 ? ` (${cached} cached)` : ''}` : '',
    failed > 0 ? `${failed} failed` : '',
    notRun > 0 ? `${notRun} not run` : '',
  ].filter((part) => part !== '');
  return `${lines.join('\n')}\n\n${plural(total, 'test')}: ${counts.join(', ')}\n`;
}

const WORDS: Readonly<Record<TestStatus, string>> = {
  passed: 'passed ',
  failed: 'failed ',
  'not-run': 'not run',
};

function remark({ status, cached, ms, attempts, reason }: TestResult): string {
  if (cached) return 'cached';
  const parts = [
    status === 'passed' ? '' : (reason ?? ''),
    ms === undefined ? '' : duration(ms),
    attempts > 1 ? `${attempts} attempts` : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}
