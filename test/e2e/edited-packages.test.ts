import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

const target = (name: string, more: string): string =>
  `[[target]]\nname = "${name}"\nrule = "command"\nouts = ["${name}"]\n${more}\n`;

const FILES = {
  'recomp.toml': '[tools.shout]\ncommand = "./shout.sh"\nversion_args = ["--version"]\n',
  'shout.sh': '#!/bin/sh\n[ "$1" = --version ] && echo 1.0 || echo LOUD\n',
  'a/BUILD.toml': target('a', 'srcs = ["in"]\nshell = "cat $SRCS > $OUT"'),
  'a/in': 'one\n',
  'b/BUILD.toml':
    target('b', 'deps = ["//a"]\nshell = "cat $DEPS $DEPS > $OUT"') +
    target('loud', 'tools = ["shout"]\nshell = "shout > $OUT"'),
  'c/BUILD.toml': target('c', 'deps = ["//b", "//b:loud"]\nshell = "cat $DEPS > $OUT"'),
};

function made(): TestWorkspace {
  const ws = createWorkspace(FILES);
  chmodSync(join(ws.root, 'shout.sh'), 0o755);
  return ws;
}

function build(ws: TestWorkspace): string {
  const { code, stderr } = ws.run(['build', '//...']);
  expect(code, stderr).toBe(0);
  return stderr;
}

interface Step {
  readonly name: string;
  readonly actions: readonly { readonly source: string }[];
}

const manifest = (ws: TestWorkspace): { steps: readonly Step[]; tool_versions: object } =>
  JSON.parse(ws.read('.recomp/runs/latest/run-manifest.json'));

const ran = (ws: TestWorkspace): string[] =>
  manifest(ws).steps.flatMap(({ name, actions }) =>
    actions.some(({ source }) => source === 'executed') ? [name] : [],
  );

/** What two successful runs of the same work have in common. */
function identity(ws: TestWorkspace): unknown {
  const own = ['run_id', 'host_fingerprint', 'host', 'totals', 'cache_hit', 'stage_attempt', 'source'];
  return JSON.parse(ws.read('.recomp/runs/latest/run-manifest.json'), (key, value) =>
    own.includes(key) ? undefined : value,
  );
}

/** A build of the same files that knows of nothing. */
function expectAsClean(ws: TestWorkspace): void {
  const clean = made();
  for (const path of Object.keys(FILES)) clean.write(path, ws.read(path));
  build(clean);
  expect(identity(ws)).toEqual(identity(clean));
}

describe('an edit of a package', () => {
  it('runs what it declares otherwise and what depends on that, and its record is that of a clean build', () => {
    const ws = made();
    build(ws);
    ws.write('b/BUILD.toml', FILES['b/BUILD.toml'].replace('cat $DEPS $DEPS', 'cat $DEPS'));
    build(ws);
    expect(ran(ws)).toEqual(['//b:b', '//c:c']);
    expect(manifest(ws).tool_versions).toHaveProperty('shout');
    expectAsClean(ws);
  });

  it('that says the same runs nothing, and a source that changed with it runs what reads it', () => {
    const ws = made();
    build(ws);
    ws.write('c/BUILD.toml', `# a note\n${FILES['c/BUILD.toml']}`);
    build(ws);
    expect(ran(ws)).toEqual([]);
    ws.write('c/BUILD.toml', `# another\n${FILES['c/BUILD.toml']}`);
    ws.write('a/in', 'two\n');
    build(ws);
    expect(ran(ws)).toEqual(['//a:a', '//b:b', '//c:c']);
    expectAsClean(ws);
  });

  it('adds and takes away targets', () => {
    const ws = made();
    build(ws);
    ws.write('a/BUILD.toml', FILES['a/BUILD.toml'] + target('aa', 'shell = "echo new > $OUT"'));
    build(ws);
    expect(ran(ws)).toEqual(['//a:aa']);
    ws.write('a/BUILD.toml', FILES['a/BUILD.toml']);
    build(ws);
    expect(ran(ws)).toEqual([]);
    expectAsClean(ws);
  });

  it('does not forget what the rest stands on: a tool that is replaced afterwards is noticed', () => {
    const ws = made();
    build(ws);
    ws.write('c/BUILD.toml', `# a note\n${FILES['c/BUILD.toml']}`);
    build(ws);
    ws.write('shout.sh', FILES['shout.sh'].replace('LOUD', 'LOUDER'));
    build(ws);
    expect(ran(ws)).toEqual(['//b:loud', '//c:c']);
    expect(ws.read('recomp-out/c/c')).toContain('LOUDER');
  });

  it('mends what failed before it, and what had to wait for that', () => {
    const ws = made();
    build(ws);
    ws.write('b/BUILD.toml', FILES['b/BUILD.toml'].replace('cat $DEPS $DEPS', 'exit 3; cat'));
    expect(ws.run(['build', '//...']).code).toBe(1);
    ws.write('a/BUILD.toml', `# a note\n${FILES['a/BUILD.toml']}`);
    expect(ws.run(['build', '//...']).code).toBe(1);
    ws.write('b/BUILD.toml', FILES['b/BUILD.toml']);
    build(ws);
    expectAsClean(ws);
  });

  it('is read in full where what was kept of it is damaged', () => {
    const ws = made();
    build(ws);
    ws.write('.recomp/state/packages', 'x');
    ws.write('c/BUILD.toml', `# a note\n${FILES['c/BUILD.toml']}`);
    build(ws);
    expect(ran(ws)).toEqual([]);
  });
});
