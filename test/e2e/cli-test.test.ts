import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWorkspace } from '../support/workspace.ts';

const FILES = {
  'recomp.toml': '[workspace]\nname = "w"\n',
  'a/in.txt': 'one\n',
  'a/BUILD.toml': `
[[target]]
name = "made"
rule = "command"
srcs = ["in.txt"]
outs = ["made.txt"]
shell = "cat $SRCS > $OUT"

[[target]]
name = "unrelated"
rule = "command"
outs = ["unrelated.txt"]
shell = "echo > $OUT"

[[target]]
name = "good"
rule = "test"
deps = [":made"]
shell = "grep -q one $DEPS"

[[target]]
name = "other-name"
rule = "alias"
actual = ":good"
`,
  'b/BUILD.toml': `
[[target]]
name = "bad"
rule = "test"
shell = "i=0; while [ $i -lt 600 ]; do echo line $i; i=$((i+1)); done; printf 'a<b&\\"\\\\033[31mred\\\\033[0m\\\\001'; exit 3"

[[target]]
name = "broken"
rule = "command"
outs = ["broken.txt"]
shell = "exit 1"

[[target]]
name = "starved"
rule = "test"
deps = [":broken"]
shell = "true"
`,
};

describe('recomp test', () => {
  it('runs tests and what they need, and nothing else', () => {
    const ws = createWorkspace(FILES);
    const first = ws.run(['test', '//a/...']);
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/^passed {3}\/\/a:good {2}\d+\.\d+ s\n\n1 test: 1 passed\n$/);
    expect(existsSync(join(ws.root, 'recomp-out/a/made.txt'))).toBe(true);
    expect(existsSync(join(ws.root, 'recomp-out/a/unrelated.txt'))).toBe(false);
  });

  it('does not run again what passed, until something it reads changes', () => {
    const ws = createWorkspace(FILES);
    ws.run(['test', '//a/...']);
    expect(ws.run(['test', '//a/...']).stdout).toBe(
      'passed   //a:good  cached\n\n1 test: 1 passed (1 cached)\n',
    );
    ws.write('a/in.txt', 'two\n');
    const failed = ws.run(['test', '//a/...']);
    expect(failed.code).toBe(1);
    expect(failed.stdout).toContain('1 test: 1 failed');
    ws.write('a/in.txt', 'one\n');
    const again = ws.run(['test', '//a/...']);
    expect({ code: again.code, cached: again.stdout.includes('1 cached') }).toEqual({
      code: 0,
      cached: true,
    });
  });

  it('goes on after a failure and shows the whole log once', () => {
    const ws = createWorkspace(FILES);
    const { code, stdout, stderr } = ws.run(['test', '//...']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/passed {3}\/\/a:good/);
    expect(stdout).toMatch(/failed {3}\/\/b:bad +exit code 3/);
    expect(stdout).toMatch(/not run {2}\/\/b:starved +what it needs was not built/);
    expect(stdout).toContain('3 tests: 1 passed, 1 failed, 1 not run');
    for (const line of ['line 0', 'line 599']) expect(stderr.split(`| ${line}\n`)).toHaveLength(2);
    expect(stdout).not.toContain('line 599');
  });

  it('follows an alias', () => {
    const ws = createWorkspace(FILES);
    expect(ws.run(['test', '//a:other-name']).stdout).toContain('passed   //a:good');
  });

  it('says when there is no test', () => {
    const { code, stdout, stderr } = createWorkspace(FILES).run(['test', '//a:made']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('there is no test among 1 target of //a:made');
  });

  it('writes JUnit XML that holds whatever a test printed', () => {
    const ws = createWorkspace(FILES);
    expect(ws.run(['test', '//...', '--junit', 'out/results.xml']).code).toBe(1);
    const xml = ws.read('out/results.xml');
    expect(xml).toContain('<testsuites name="recomp" tests="3" failures="1" errors="1"');
    expect(xml).toContain('<testsuite name="//b" tests="2" failures="1" errors="1"');
    expect(xml).toContain('<testcase name="bad" classname="//b"');
    expect(xml).toMatch(
      /<failure message="exit code 3" type="failed">line 0\n[\s\S]*line 599\na&lt;b&amp;"red\ufffd<\/failure>/,
    );
    expect(xml).toContain('<error message="what it needs was not built" type="not-run"/>');
  });

  it('prints JSON for programs', () => {
    const ws = createWorkspace(FILES);
    const { code, stdout } = ws.run(['test', '//...', '--json']);
    expect(code).toBe(1);
    const { tests, totals } = JSON.parse(stdout);
    expect(totals).toEqual({ total: 3, passed: 1, cached: 0, failed: 1, not_run: 1 });
    expect(tests).toContainEqual({
      label: '//b:bad',
      status: 'failed',
      cached: false,
      attempts: 1,
      duration_ms: expect.any(Number),
      reason: 'exit code 3',
    });
  });

  it('fails when the results cannot be written', () => {
    const ws = createWorkspace(FILES);
    const { code, stderr } = ws.run(['test', '//a/...', '--junit=recomp.toml/x.xml']);
    expect(code).toBe(4);
    expect(stderr).toContain('the results cannot be written to recomp.toml/x.xml');
  });

  it('does not confuse a build of the same patterns with itself', () => {
    const ws = createWorkspace(FILES);
    ws.run(['test', '//a/...']);
    ws.run(['build', '//a/...']);
    expect(existsSync(join(ws.root, 'recomp-out/a/unrelated.txt'))).toBe(true);
    ws.run(['clean']);
    ws.run(['test', '//a/...']);
    expect(existsSync(join(ws.root, 'recomp-out/a/unrelated.txt'))).toBe(false);
  });
});
