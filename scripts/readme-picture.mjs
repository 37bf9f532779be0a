// Draws docs/images/first-light.svg: a real run, in a real terminal (tmux), of the bundles in dist/ on a copy of the sample.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openTerminal } from './pictures/terminal.mjs';
import { terminalSvg } from './terminal-svg.mjs';

const root = resolve(fileURLToPath(new URL('..', import.meta.url)));
const COLUMNS = 100;
const ROWS = 24;

const STEPS = [
  'recomp build //samples/first-light:validate',
  'recomp build //samples/first-light:validate',
  "sed -i 's/draw_wave/draw_sine/' samples/first-light/name_map.json",
  'recomp build --explain //samples/first-light:validate',
];

const scratch = mkdtempSync(join(tmpdir(), 'recomp-picture-'));

/** A folder with the sample in it. */
function prepare() {
  const demo = join(scratch, 'demo');
  cpSync(join(root, 'samples'), join(demo, 'samples'), { recursive: true });
  cpSync(join(root, 'recomp.toml'), join(demo, 'recomp.toml'));
  return demo;
}

try {
  const terminal = openTerminal({
    scratch,
    cwd: prepare(),
    recomp: join(root, 'dist/recomp.cjs'),
    columns: COLUMNS,
    rows: ROWS,
    variables: { RECOMP_CACHE_DIR: join(scratch, 'cache') },
  });
  try {
    for (const step of STEPS) await terminal.type(step);
    await terminal.prompt();
    mkdirSync(join(root, 'docs/images'), { recursive: true });
    writeFileSync(
      join(root, 'docs/images/first-light.svg'),
      terminalSvg(
        terminal.screen().slice(0, -1),
        COLUMNS,
        'recomp builds a sample, finds nothing to do, and explains what an edit changes',
      ),
    );
  } finally {
    terminal.close();
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
