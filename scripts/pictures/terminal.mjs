// A shell in a terminal of its own (tmux), to type into and to look at.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const PROMPT = '$ ';

/** `recomp` on PATH is the given file. */
export function openTerminal({ scratch, cwd, recomp, columns, rows, variables = {} }) {
  const home = join(scratch, `terminal-${columns}x${rows}-${Date.now()}`);
  mkdirSync(join(home, 'bin'), { recursive: true });
  symlinkSync(recomp, join(home, 'bin/recomp'));
  writeFileSync(join(home, 'prompts'), '');
  const exported = Object.entries(variables).map(([name, value]) => `export ${name}="${value}"\n`);
  writeFileSync(
    join(home, 'rc'),
    `PS1='${PROMPT}'\nPROMPT_COMMAND='echo >> ${join(home, 'prompts')}'\nPATH="${join(home, 'bin')}:$PATH"\n${exported.join('')}`,
  );
  const tmux = (...args) => execFileSync('tmux', ['-S', join(home, 'tmux'), ...args], { encoding: 'utf8' });
  const size = ['-x', String(columns), '-y', String(rows)];
  tmux(
    'new-session',
    '-d',
    '-s',
    'look',
    ...size,
    '-c',
    cwd,
    `bash --noprofile --rcfile ${join(home, 'rc')} -i`,
  );
  const screen = () => tmux('capture-pane', '-e', '-p', '-t', 'look').trimEnd().split('\n');
  const until = async (what, isThere) => {
    for (let tries = 0; tries < 1800; tries++) {
      if (isThere(screen())) return;
      await pause(100);
    }
    throw new Error(`${what} did not come:\n${screen().join('\n')}`);
  };
  let typed = 0;
  const prompts = () => readFileSync(join(home, 'prompts'), 'utf8').length;
  // Each command brings one: the old one may still stand there when it is looked for.
  const prompt = () => until('the prompt', (lines) => prompts() > typed && lines.at(-1) === PROMPT.trimEnd());
  return {
    screen,
    until,
    prompt,
    resize: (to) => tmux('resize-window', '-t', 'look', '-x', String(to)),
    keys: (...keys) => tmux('send-keys', '-t', 'look', ...keys),
    async type(line) {
      await prompt();
      typed++;
      tmux('send-keys', '-t', 'look', '-l', line);
      tmux('send-keys', '-t', 'look', 'Enter');
    },
    close() {
      try {
        tmux('kill-server');
      } catch {
        // It has ended by itself.
      }
    },
  };
}
