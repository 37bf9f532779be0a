// Draws docs/images/first-light.svg: a real run, in a real terminal (tmux), of the bundles in dist/ on a copy of the sample.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { terminalSvg } from './terminal-svg.mjs';

const root = resolve(fileURLToPath(new URL('..', import.meta.url)));
const COLUMNS = 100;
const ROWS = 24;
const PROMPT = '$ ';

const STEPS = [
  'recomp build //samples/first-light:validate',
  'recomp build //samples/first-light:validate',
  "sed -i 's/draw_wave/draw_sine/' samples/first-light/name_map.json",
  'recomp build --explain //samples/first-light:validate',
];

const scratch = mkdtempSync(join(tmpdir(), 'recomp-picture-'));
const socket = join(scratch, 'tmux');
const tmux = (...args) => execFileSync('tmux', ['-S', socket, ...args], { encoding: 'utf8' });
const screen = () => tmux('capture-pane', '-e', '-p', '-t', 'picture').trimEnd().split('\n');

/** A folder with the sample in it, and `recomp` on PATH. */
function prepare() {
  const demo = join(scratch, 'demo');
  mkdirSync(join(scratch, 'bin'));
  cpSync(join(root, 'samples'), join(demo, 'samples'), { recursive: true });
  cpSync(join(root, 'recomp.toml'), join(demo, 'recomp.toml'));
  symlinkSync(join(root, 'dist/recomp.cjs'), join(scratch, 'bin/recomp'));
  return demo;
}

/** Until the prompt stands alone in the last line. */
async function promptAgain() {
  for (let tries = 0; tries < 600; tries++) {
    await pause(100);
    if (screen().at(-1) === PROMPT.trimEnd()) return;
  }
  throw new Error(`no prompt:\n${screen().join('\n')}`);
}

try {
  const demo = prepare();
  writeFileSync(
    join(scratch, 'rc'),
    `PS1='${PROMPT}'\nPATH="${join(scratch, 'bin')}:$PATH"\nexport RECOMP_CACHE_DIR="${join(scratch, 'cache')}"\n`,
  );
  tmux(
    'new-session',
    '-d',
    '-s',
    'picture',
    '-x',
    String(COLUMNS),
    '-y',
    String(ROWS),
    '-c',
    demo,
    `bash --noprofile --rcfile ${join(scratch, 'rc')} -i`,
  );
  await promptAgain();
  for (const step of STEPS) {
    tmux('send-keys', '-t', 'picture', '-l', step);
    tmux('send-keys', '-t', 'picture', 'Enter');
    await promptAgain();
  }
  const lines = screen().slice(0, -1);
  mkdirSync(join(root, 'docs/images'), { recursive: true });
  writeFileSync(
    join(root, 'docs/images/first-light.svg'),
    terminalSvg(
      lines,
      COLUMNS,
      'recomp builds a sample, finds nothing to do, and explains what an edit changes',
    ),
  );
} finally {
  try {
    tmux('kill-server');
  } catch {
    // It has ended by itself.
  }
  rmSync(scratch, { recursive: true, force: true });
}
