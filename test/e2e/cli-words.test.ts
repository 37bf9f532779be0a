import { spawnSync } from 'node:child_process';
import { describe, expect, inject, it } from 'vitest';
import { createWorkspace } from '../support/workspace.ts';

const empty = () => createWorkspace();
const workspace = () => createWorkspace({ 'recomp.toml': '[workspace]\nname = "w"\n' });

describe('recomp without a command', () => {
  it('prints the commands on stdout', () => {
    const { code, stdout, stderr } = empty().run([]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const word of ['build PATTERN…', 'init [DIR]', '//a/...', '`recomp init` makes one'])
      expect(stdout).toContain(word);
    expect(empty().run(['--help']).stdout).toBe(stdout);
    expect(empty().run(['help']).stdout).toBe(stdout);
  });

  it('prints its version', () => {
    const { code, stdout } = empty().run(['--version']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^recomp \d+\.\d+\.\d+\n$/) });
    expect(empty().run(['version']).stdout).toBe(stdout);
    const version = stdout.replace('recomp ', '').trim();
    for (const words of [
      ['version', '--json'],
      ['--version', '--json'],
    ])
      expect(JSON.parse(empty().run(words).stdout)).toMatchObject({ recomp: version, node: process.version });
    for (const words of [
      ['version', '--jsno'],
      ['version', 'of'],
    ])
      expect(empty().run(words)).toMatchObject({ code: 2, stdout: '' });
  });

  it('does not mind a reader who has had enough', () => {
    const ws = empty();
    const pipe = `${process.execPath} ${inject('recompBin')} help | (exec <&-; sleep 0.3); echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', pipe], { env: ws.environment(), encoding: 'utf8' });
    expect({ stdout, stderr }).toEqual({ stdout: '0\n', stderr: '' });
  });

  it('keeps lines within 80 columns', () => {
    const ws = empty();
    const pages = [
      'build',
      'test',
      'run',
      'clean',
      'init',
      'doctor',
      'cache',
      'completion',
      'help',
      'version',
    ];
    for (const args of [[], ...pages.map((page) => ['help', page])]) {
      const { code, stdout } = ws.run(args);
      expect(code).toBe(0);
      expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    }
  });
});

describe('what is wrong with the words', () => {
  const faults = [
    ['an unknown command', ['biuld', '//...'], 'there is no command "biuld"; did you mean "build"?'],
    [
      'a word that is like no command',
      ['frobnicate'],
      'there is no command "frobnicate"; `recomp help` lists them',
    ],
    ['help for no command', ['help', 'claen'], 'did you mean "clean"?'],
    ['an unknown option', ['build', '--jbos=2', '//...'], 'there is no option --jbos; did you mean --jobs?'],
    [
      'an unknown option of a test',
      ['test', '--junti', 'x', '//...'],
      'there is no option --junti; did you mean --junit?',
    ],
    ['a missing value', ['build', '--jobs'], '--jobs needs a value'],
    ['a value too many', ['build', '--force=1', '//...'], '--force takes no value'],
    ['a bad value', ['build', '--jobs=0', '//...'], '--jobs takes a whole number from 1 to 1024, not "0"'],
    ['no pattern', ['build'], '`recomp build //...` builds every target'],
    ['no pattern for tests', ['test'], '`recomp test //...` runs every test'],
    ['no label', ['run'], 'name the target: `recomp run //a:b`'],
    ['two labels', ['run', '//a', 'b'], 'recomp run //a -- b'],
    ['a pattern to run', ['run', '//...'], 'name the one to run'],
    ['an unknown part of cache', ['cache', 'stat'], 'there is no `recomp cache stat`; did you mean stats?'],
    ['limits for the wrong command', ['cache', 'stats', '--max-size', '1GB'], 'are for `recomp cache gc`'],
    ['a bad size', ['cache', 'gc', '--max-size', 'big'], '--max-size is a size like 20GB'],
    ['a bad age', ['cache', 'gc', '--max-age', '3 days'], '--max-age is an age like 30d'],
    ['an unknown shell', ['completion', 'csh'], '"csh" is not known'],
  ] as const;

  it.each(faults)('%s: exit code 2, and what was meant', (_what, args, said) => {
    const { code, stdout, stderr } = workspace().run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(said);
  });

  it.each([['build'], ['test'], ['run'], ['clean']])(
    'recomp %s outside a workspace says how to get one',
    (command) => {
      const ws = empty();
      const { code, stdout, stderr } = ws.run([command, ...(command === 'clean' ? [] : ['//a'])]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain('has a recomp.toml');
      expect(stderr).toContain('`recomp init` makes one');
    },
  );
});

describe('--help', () => {
  it('is answered wherever it stands, but not behind --', () => {
    const ws = workspace();
    expect(ws.run(['build', '//...', '--help'])).toEqual({ ...ws.run(['help', 'build']), code: 0 });
    expect(ws.run(['cache', 'gc', '-h']).stdout).toBe(ws.run(['help', 'cache']).stdout);
    expect(ws.run(['cache']).stdout).toBe(ws.run(['help', 'cache']).stdout);
    expect(ws.run(['run', '//nothing', '--', '--help']).stdout).toBe('');
  });
});
