import { labelName, labelPackage } from '../model/label.ts';
import { cleanLog } from './terminal-text.ts';
import { type TestResult, testTotals } from './test-results.ts';

/** Test results as build servers read them: a suite per package, a case per target. */
export function junitXml(results: readonly TestResult[]): string {
  const packages = new Map<string, TestResult[]>();
  for (const result of results) {
    const name = labelPackage(result.label);
    packages.set(name, [...(packages.get(name) ?? []), result]);
  }
  const suites = [...packages].map(([name, members]) => suite(`//${name}`, members));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="recomp"${counts(results)}>\n${suites.join('')}</testsuites>\n`;
}

const suite = (name: string, results: readonly TestResult[]): string =>
  `  <testsuite name="${attribute(name)}"${counts(results)}>\n${results.map((r) => testCase(name, r)).join('')}  </testsuite>\n`;

function counts(results: readonly TestResult[]): string {
  const { total, failed, notRun } = testTotals(results);
  const ms = results.reduce((sum, r) => sum + (r.ms ?? 0), 0);
  return ` tests="${total}" failures="${failed}" errors="${notRun}" skipped="0" time="${seconds(ms)}"`;
}

function testCase(suiteName: string, result: TestResult): string {
  const { label, status, cached, attempts, ms, reason = '' } = result;
  const start = `    <testcase name="${attribute(labelName(label))}" classname="${attribute(suiteName)}" time="${seconds(ms ?? 0)}"`;
  const inside = [
    ...properties({ label, cached: String(cached), attempts: String(attempts) }),
    ...(status === 'failed'
      ? [`      <failure message="${attribute(reason)}" type="failed">${text(log(result))}</failure>\n`]
      : []),
    // Not `skipped`, which build servers count as harmless: it was to run and could not.
    ...(status === 'not-run' ? [`      <error message="${attribute(reason)}" type="not-run"/>\n`] : []),
  ];
  return `${start}>\n${inside.join('')}    </testcase>\n`;
}

const properties = (values: Readonly<Record<string, string>>): string[] => [
  '      <properties>\n',
  ...Object.entries(values).map(
    ([name, value]) => `        <property name="${name}" value="${attribute(value)}"/>\n`,
  ),
  '      </properties>\n',
];

const log = ({ stdout, stderr }: TestResult): string =>
  [stdout, stderr].filter((stream) => stream !== '').join('\n');

const seconds = (ms: number): string => (ms / 1000).toFixed(3);

const text = (value: string): string =>
  clean(value).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

const attribute = (value: string): string =>
  text(value).replace(/"/g, '&quot;').replace(/\n/g, '&#10;').replace(/\t/g, '&#9;');

/** Colours go; so does what no XML document may hold, however it is written. */
const clean = (value: string): string => cleanLog(value, false).replace(/[\p{Cs}\ufffe\uffff]/gu, '\ufffd');
