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
});

const has = (program: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;

if (!has('zsh') || !has('fish'))
  process.stderr.write('skipped: completion in real shells needs zsh and fish (apt-get install zsh fish)\n');

/**
 * What a person gets who types this into an interactive shell of its own terminal: `recomp` tells its words. zsh brings the
 * terminal, for bash too.
 */
function typed(ws: TestWorkspace, shell: 'bash' | 'zsh', lines: readonly string[]): string[] {
  const real = `${quoted(process.execPath)} ${quoted(inject('recompBin'))}`;
  const setUp = shell === 'zsh' ? 'autoload -Uz compinit; compinit -u -D' : ':';
  const start = shell === 'zsh' ? 'zsh -f -i' : 'bash --norc --noprofile -i';
  const script = `zmodload zsh/zpty
zpty z '${start}'
zpty -w z "PS1='' PS2=''; ${setUp}"
zpty -w z "recomp() { if [[ \\$1 == __complete || \\$1 == completion ]]; then ${real} \\"\\$@\\"; else echo \\"<ARGS>\\$*</ARGS>\\"; fi; }"
zpty -w z "source <(recomp completion ${shell}); echo READ''Y"
zpty -r z out '*READY*'
for line in "$@"; do
  zpty -w -n z "$line"
  zpty -r z out '*<ARGS>*</ARGS>*'
  print -r -- "\${\${out##*<ARGS>}%%</ARGS>*}"
done
`;
  ws.write('type.zsh', script);
  const { stdout, stderr } = spawnSync('zsh', ['-f', 'type.zsh', ...lines], {
    cwd: ws.root,
    env: { ...ws.environment(), TERM: 'xterm' },
    encoding: 'utf8',
    timeout: 500_000,
  });
  expect(stderr).toBe('');
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => line.trimEnd());
}

describe.skipIf(!has('zsh') || !has('fish'))('completion in real shells', () => {
  it('works in bash, at a terminal', () =>
    expect(
      typed(workspace(), 'bash', [
        'recomp cle\t\n',
        'recomp build //lib:l\t\n',
        'recomp build --sandbox=re\t\n',
        'recomp query "deps(//lib:l\t\n',
        "recomp query 'deps(//app:main) + //lib:l\t\n",
      ]),
    ).toEqual([
      'clean',
      'build //lib:lib',
      'build --sandbox=required',
      'query deps(//lib:lib',
      'query deps(//app:main) + //lib:lib',
    ]));

  it('works in zsh, at a terminal', () =>
    expect(
      typed(workspace(), 'zsh', [
        'recomp cle\t\n',
        'recomp build //lib:l\t\n',
        'recomp build --sandbox=re\t\n',
        'recomp query "deps(//lib:l\t)"\n',
        "recomp query 'deps(//app:main) + //lib:l\t'\n",
      ]),
    ).toEqual([
      'clean',
      'build //lib:lib',
      'build --sandbox=required',
      'query deps(//lib:lib)',
      'query deps(//app:main) + //lib:lib',
    ]));

  it('works in fish', () => {
    const ws = workspace();
    const ask = (line: string): string[] => {
      const real = `${quoted(process.execPath)} ${quoted(inject('recompBin'))}`;
      const script = `function recomp; if contains -- $argv[1] __complete completion; ${real} $argv; end; end
recomp completion fish | source
complete -C ${quoted(line)}`;
      const { stdout, stderr } = spawnSync('fish', ['--no-config', '-c', script], {
        cwd: ws.root,
        env: ws.environment(),
        encoding: 'utf8',
      });
      expect(stderr).toBe('');
      return stdout.split('\n').slice(0, -1);
    };
    expect(ask('recomp cle')).toEqual(['clean']);
    expect(ask('recomp build //app:ma')).toEqual(['//app:mail', '//app:main']);
    expect(ask('recomp build --sandbox=re')).toEqual(['--sandbox=required']);
    expect(ask('recomp query "deps(//lib:l')).toEqual(['deps(//lib:lib']);
  });
});
