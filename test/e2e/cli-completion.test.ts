import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

const target = (name: string): string => `[[target]]\nname = "${name}"\nrule = "filegroup"\n`;

function workspace(): TestWorkspace {
  return createWorkspace({
    'recomp.toml': '',
    'BUILD.toml': target('top'),
    'app/BUILD.toml': target('main') + target('mail'),
    'app/core/BUILD.toml': `# [[target]]\n${target('core')}\n[defaults]\nname = "no-target"\n`,
    'lib/BUILD.toml': target('lib'),
    'lib/inner/recomp.toml': '',
    'lib/inner/BUILD.toml': target('another-workspace'),
    'node_modules/x/BUILD.toml': target('hidden'),
  });
}

const answers = (ws: TestWorkspace, words: readonly string[], cwd = ''): string[] => {
  const { code, stdout, stderr } = ws.run(['__complete', '--', ...words], { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout.split('\n').slice(0, -1);
};

describe('what shells are told', () => {
  it('knows commands, options and their values', () => {
    const ws = workspace();
    expect(answers(ws, ['c'])).toEqual(['cache', 'clean', 'compare', 'completion']);
    expect(answers(ws, ['help', 'do'])).toEqual(['doctor']);
    expect(answers(ws, ['build', '--keep'])).toEqual(['--keep-going', '--keep-sandbox']);
    expect(answers(ws, ['build', '--sandbox', ''])).toEqual(['auto', 'off', 'required']);
    expect(answers(ws, ['build', '--sandbox=re'])).toEqual(['--sandbox=required']);
    expect(answers(ws, ['cache', 'v'])).toEqual(['verify']);
    expect(answers(ws, ['test', '--junit', ''])).toEqual([]);
    expect(answers(ws, ['run', '//lib', '--', '--'])).toEqual([]);
    expect(answers(ws, ['frobnicate', ''])).toEqual([]);
  });

  it('knows the labels of the workspace, and only of this one', () => {
    const ws = workspace();
    expect(answers(ws, ['build', '//'])).toEqual([
      '//...',
      '//:top',
      '//app/...',
      '//app/core/...',
      '//app/core:core',
      '//app:mail',
      '//app:main',
      '//lib/...',
      '//lib:lib',
    ]);
    expect(answers(ws, ['build', '//app:ma'])).toEqual(['//app:mail', '//app:main']);
    expect(answers(ws, ['build', '-//app/c'])).toEqual(['-//app/core/...', '-//app/core:core']);
    expect(answers(ws, ['build', ':m'], 'app')).toEqual([':mail', ':main']);
    expect(answers(ws, ['run', 'mai'], 'app')).toEqual(['mail', 'main']);
    expect(answers(ws, ['build', '//nowhere/'])).toEqual(['//nowhere/...']);
    expect(answers(ws, ['build', '//../'])).not.toContain('//..:x');
  });

  it('says nothing outside a workspace', () => {
    expect(answers(createWorkspace(), ['build', '//'])).toEqual([]);
  });
});

/** Asks a real bash what it would offer after this text. */
function bash(ws: TestWorkspace, line: string): string[] {
  const script = join(ws.root, 'complete.bash');
  const program = ws.run(['completion', 'bash']).stdout;
  const ask = `COMP_LINE=${quoted(line)} COMP_POINT=\${#COMP_LINE}; _recomp; printf '%s\\n' "\${COMPREPLY[@]}"`;
  writeFileSync(
    script,
    `recomp() { ${quoted(process.execPath)} ${quoted(inject('recompBin'))} "$@"; }\n${program}\n${ask}\n`,
  );
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', script], {
    cwd: ws.root,
    env: ws.environment(),
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.split('\n').filter((answer) => answer !== '');
}

const quoted = (text: string): string => `'${text.replace(/'/g, `'\\''`)}'`;

describe('recomp completion', () => {
  it('works in bash, which splits words at : and =', () => {
    const ws = workspace();
    expect(bash(ws, 'recomp cl')).toEqual(['clean']);
    expect(bash(ws, 'recomp build //ap')).toEqual([
      '//app/...',
      '//app/core/...',
      '//app/core:core',
      '//app:mail',
      '//app:main',
    ]);
    expect(bash(ws, 'recomp build //app:mai')).toEqual(['mail', 'main']);
    expect(bash(ws, 'recomp build --sandbox=r')).toEqual(['required']);
    expect(bash(ws, 'recomp cache ')).toEqual(['gc', 'serve', 'stats', 'verify']);
  });

  it.each(['zsh', 'fish'])('has a script for %s that asks recomp', (shell) => {
    const { code, stdout } = workspace().run(['completion', shell]);
    expect(code).toBe(0);
    expect(stdout).toContain('recomp __complete -- ');
  });
});
