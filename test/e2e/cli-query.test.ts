import { appendFileSync, chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

const target = (name: string, rule: string, more = ''): string =>
  `[[target]]\nname = "${name}"\nrule = "${rule}"\n${more}`;

const FILES = {
  'recomp.toml': '',
  'BUILD.toml': target('top', 'command', 'deps = ["//app"]\nouts = ["top"]\nshell = "true"\n'),
  // A source that is not there: a build fails, a question has nothing to do with it.
  'app/BUILD.toml': `[defaults]\ntags = ["shipped"]\n${target('app', 'command', 'srcs = ["gone.c"]\ndeps = [":part", "//lib"]\nouts = ["app"]\nshell = "cc -O2"\n')}${target('part', 'filegroup')}${target('check', 'test', 'deps = [":app"]\nshell = "true"\n')}`,
  'lib/BUILD.toml': target('lib', 'filegroup'),
};

function ask(ws: TestWorkspace, ...words: string[]): string[] {
  const { code, stdout, stderr } = ws.run(['query', ...words]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout.trimEnd().split('\n');
}

describe('recomp query', () => {
  it('answers, from anywhere in the workspace, in every form', () => {
    const ws = createWorkspace(FILES);
    expect(ask(ws, 'deps(//:top)')).toEqual(['//:top', '//app:app', '//app:part', '//lib:lib']);
    expect(ask(ws, 'somepath(//:top, //lib)')).toEqual(['//:top', '//app:app', '//lib:lib']);
    expect(ask(ws, 'tests(rdeps(//..., //lib))')).toEqual(['//app:check']);
    expect(ask(ws, 'attr(tags,', 'shipped,', '//...)')).toEqual(['//app:app', '//app:check', '//app:part']);
    expect(ws.run(['query', ':part + app'], { cwd: 'app' }).stdout).toBe('//app:app\n//app:part\n');
    expect(ask(ws, '//app', '--output=label_kind')).toEqual(['command rule //app:app']);
    expect(ask(ws, 'deps(//app, 1) - //app:part', '--output', 'dot')).toEqual([
      'digraph recomp {',
      '  node [shape=box];',
      '  "//app:app";',
      '  "//app:app" -> "//lib:lib";',
      '  "//lib:lib";',
      '}',
    ]);
    expect(JSON.parse(ask(ws, '//app', '--json').join('\n'))).toEqual({
      targets: [
        {
          label: '//app:app',
          rule: 'command',
          file: 'app/BUILD.toml',
          deps: ['//app:part', '//lib:lib'],
          attributes: {
            tags: ['shipped'],
            srcs: ['gone.c'],
            deps: ['//app:part', '//lib:lib'],
            outs: ['app'],
            shell: 'cc -O2',
          },
        },
      ],
    });
    ws.write('q.txt', 'let x = //lib in\n  rdeps(//..., $x) - $x\n');
    expect(ask(ws, '--file', 'q.txt')).toEqual(['//:top', '//app:app', '//app:check']);
  });

  it('points at what is wrong with a question', () => {
    const ws = createWorkspace(FILES);
    expect(ws.run(['query', '//app +\n rdep(//lib)'])).toEqual({
      code: 2,
      stdout: '',
      stderr: [
        'error[unknown-function]: there is no function "rdep"',
        ' --> query:2:2',
        '  |',
        '2 |  rdep(//lib)',
        '  |  ^^^^',
        'help: did you mean "rdeps"?',
        '',
      ].join('\n'),
    });
    expect(ws.run(['query', '//app:ap']).stderr).toContain('help: did you mean //app:app?');
    expect(ws.run(['query']).stderr).toContain('ask what?');
    expect(ws.run(['query', '//app', '--output=jsn']).stderr).toContain('did you mean json?');
    expect(ws.run(['query', '--file', 'nowhere']).stderr).toContain('nowhere cannot be read');
  });

  it('minds the mistakes that its answer hangs on, and no others', () => {
    const ws = createWorkspace({
      ...FILES,
      'bad/BUILD.toml': `${target('a', 'comand')}${target('b', 'filegroup', 'srcs = []\n')}`,
      'worse/BUILD.toml': '[[target]\n',
      'user/BUILD.toml': target('u', 'alias', 'actual = "//lib:lub"\n'),
    });
    expect(ask(ws, 'deps(//app, 1)')).toHaveLength(3);
    expect(ask(ws, 'deps(//app, 1)')).toHaveLength(3);
    const faults = (...words: string[]) => ws.run(['query', ...words]);
    expect(faults('//bad:b')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean "command"?'),
    });
    expect(faults('//worse:x').stderr).toContain('worse/BUILD.toml:1:');
    expect(faults('//user:u').stderr).toContain('lib/BUILD.toml has no target "lub"');
    expect(faults('//...').stderr.match(/^error/gm)).toHaveLength(3);
  });

  it('goes by the files as they are now, whatever it has kept', () => {
    const ws = createWorkspace(FILES);
    const lib = join(ws.root, 'lib/BUILD.toml');
    expect(ask(ws, '//lib:all')).toEqual(['//lib:lib']);
    appendFileSync(lib, target('more', 'filegroup'));
    expect(ask(ws, '//lib:all')).toEqual(['//lib:lib', '//lib:more']);
    ws.write('lib/inner/BUILD.toml', target('new', 'filegroup'));
    expect(ask(ws, '//lib/...')).toEqual(['//lib/inner:new', '//lib:lib', '//lib:more']);
    writeFileSync(lib, readFileSync(lib, 'utf8').replace('more', 'less'));
    expect(ask(ws, '//lib:all')).toEqual(['//lib:less', '//lib:lib']);
    const kept = join(ws.root, '.recomp/state/declared.graph');
    const bytes = readFileSync(kept);
    for (const damaged of [bytes.subarray(0, 40), Buffer.alloc(bytes.length, 7)]) {
      writeFileSync(kept, damaged);
      expect(ask(ws, '//lib:all')).toEqual(['//lib:less', '//lib:lib']);
    }
  });

  it('asks a workspace that it may not write to', () => {
    const ws = createWorkspace({ ...FILES, '.recomp': 'in the way' });
    chmodSync(ws.root, 0o555);
    expect(ask(ws, '//lib')).toEqual(['//lib:lib']);
    chmodSync(ws.root, 0o755);
  });

  it('knows the tests of a rule package, and finds it when it comes', () => {
    const ws = createWorkspace({
      'recomp.toml': '[rules]\nuse = ["./rules.mjs"]\n',
      'BUILD.toml': target('t', 'probe'),
    });
    expect(ws.run(['query', '//...'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('rules.mjs'),
    });
    ws.write(
      'rules.mjs',
      `import { defineRule } from 'recomp/rules';
export default defineRule({ name: 'probe', summary: 'A test.', test: true, attributes: {},
  implement(ctx) { ctx.action({ mnemonic: 'Probe', argv: ['true'], outputs: [], test: true }); } });\n`,
    );
    expect(ask(ws, 'tests(//...)')).toEqual(['//:t']);
    expect(ask(ws, 'tests(//...)')).toEqual(['//:t']);
  });
});
