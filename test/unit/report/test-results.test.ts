import { describe, expect, it } from 'vitest';
import type { ActionGraph } from '../../../src/graph/action-graph.ts';
import { makeLabel } from '../../../src/model/label.ts';
import type { ActionRecord } from '../../../src/model/record.ts';
import type { ConfiguredTarget } from '../../../src/model/target.ts';
import { junitXml } from '../../../src/report/junit.ts';
import { type TestResult, testResults } from '../../../src/report/test-results.ts';
import { testSummary } from '../../../src/report/test-summary.ts';

const target = (name: string, test: boolean): ConfiguredTarget => ({
  label: makeLabel('p', name),
  rule: 'x',
  file: 'p/BUILD.toml',
  at: [],
  deps: [],
  tags: [],
  test,
  actions: [],
  provides: { files: [], providers: {} },
});

const graph: ActionGraph = {
  targets: [target('a', true), target('b', false), target('c', true)],
  actions: [],
};

const record = (about: Partial<ActionRecord>): ActionRecord => ({
  id: 'x',
  target: 0,
  mnemonic: 'T',
  status: 'succeeded',
  outputs: [],
  attempts: 1,
  ...about,
});

describe('testResults', () => {
  it('speaks of tests only; one without a record passed before', () => {
    const results = testResults(graph, [
      record({ target: 0, source: 'executed', wallMs: 5 }),
      record({ target: 1, status: 'failed' }),
    ]);
    expect(results).toMatchObject([
      { label: '//p:a', status: 'passed', cached: false, attempts: 1, ms: 5 },
      { label: '//p:c', status: 'passed', cached: true, attempts: 0 },
    ]);
    expect(results[1]).not.toHaveProperty('ms');
  });

  it.each(['local', 'remote', 'journal'] as const)('takes a result from %s for a cached one', (source) =>
    expect(testResults(graph, [record({ source, attempts: 0 })])[0]).toMatchObject({
      status: 'passed',
      cached: true,
    }),
  );

  it('says how much of a log is left out', () => {
    const log = { stdout: Buffer.from('out'), stderr: Buffer.from('err'), omitted: { stdout: 9, stderr: 0 } };
    const [a] = testResults(graph, [record({ status: 'failed', log })]);
    expect(a).toMatchObject({ stdout: "… 9 bytes before this are in the run's log\nout", stderr: 'err' });
  });

  it('tells a failure from what could not be run', () => {
    const log = { stdout: Buffer.from('out'), stderr: Buffer.from('err') };
    const [a, c] = testResults(graph, [
      record({
        target: 0,
        status: 'failed',
        attempts: 3,
        failure: { kind: 'exit', blame: 'input', exitCode: 9 },
        log,
      }),
      record({ target: 2, status: 'skipped' }),
    ]);
    expect(a).toMatchObject({
      status: 'failed',
      cached: false,
      attempts: 3,
      reason: 'exit code 9',
      stdout: 'out',
      stderr: 'err',
    });
    expect(c).toMatchObject({ status: 'not-run', reason: 'what it needs was not built' });
    expect(testResults(graph, [record({ status: 'cancelled' })])[0]).toMatchObject({
      status: 'not-run',
      reason: 'the run was ended',
    });
  });

  it('is as bad as the worst of several actions', () =>
    expect(
      testResults(graph, [record({ source: 'journal' }), record({ id: 'y', status: 'failed' })])[0],
    ).toMatchObject({ status: 'failed', cached: false }));
});

const result = (about: Partial<TestResult>): TestResult => ({
  label: makeLabel('p', 'a'),
  status: 'passed',
  cached: false,
  attempts: 1,
  stdout: '',
  stderr: '',
  ...about,
});

describe('testSummary', () => {
  it('has a line per test and the counts', () =>
    expect(
      testSummary(
        [
          result({ ms: 1500, attempts: 2 }),
          result({ label: makeLabel('p', 'long-name'), cached: true, attempts: 0 }),
          result({ label: makeLabel('q', 'a'), status: 'failed', reason: 'exit code 1', ms: 20 }),
          result({ label: makeLabel('q', 'b'), status: 'not-run', reason: 'the run was ended' }),
        ],
        (status, text) => (status === 'failed' ? text.toUpperCase() : text),
      ),
    ).toBe(
      [
        'passed   //p:a          1.50 s, 2 attempts',
        'passed   //p:long-name  cached',
        'FAILED   //q:a          exit code 1, 0.02 s',
        'not run  //q:b          the run was ended',
        '',
        '4 tests: 2 passed (1 cached), 1 failed, 1 not run',
        '',
      ].join('\n'),
    ));
});

describe('junitXml', () => {
  it('escapes what comes from tests', () => {
    const xml = junitXml([
      result({
        status: 'failed',
        reason: 'a "b" <c>',
        stdout: ']]>&\u0000\u001b[1mbold\u001b[0m\ud800\uffff',
        stderr: 'é',
      }),
    ]);
    expect(xml).toContain('message="a &quot;b&quot; &lt;c&gt;"');
    expect(xml).toContain('>]]&gt;&amp;\ufffdbold\ufffd\ufffd\né</failure>');
  });

  it('is the same for the same results', () =>
    expect(
      junitXml([result({ ms: 1234 }), result({ label: makeLabel('', 'r'), cached: true, attempts: 0 })]),
    ).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="recomp" tests="2" failures="0" errors="0" skipped="0" time="1.234">
  <testsuite name="//p" tests="1" failures="0" errors="0" skipped="0" time="1.234">
    <testcase name="a" classname="//p" time="1.234">
      <properties>
        <property name="label" value="//p:a"/>
        <property name="cached" value="false"/>
        <property name="attempts" value="1"/>
      </properties>
    </testcase>
  </testsuite>
  <testsuite name="//" tests="1" failures="0" errors="0" skipped="0" time="0.000">
    <testcase name="r" classname="//" time="0.000">
      <properties>
        <property name="label" value="//:r"/>
        <property name="cached" value="true"/>
        <property name="attempts" value="0"/>
      </properties>
    </testcase>
  </testsuite>
</testsuites>
`));
});
