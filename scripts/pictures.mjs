// Makes pictures of everything that people look at, of the bundles in dist/, to be looked at by people: the graph page of 20, 200
// and 2,000 targets, a run's page, the terminal while it builds and after, in two widths. Needs chromium and tmux.
//
//   node scripts/pictures.mjs [--out DIR] [--only graph,page,terminal] [--sizes 20,200,2000] [--recomp FILE]
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openTerminal } from './pictures/terminal.mjs';
import { writeTitles } from './pictures/titles-workspace.mjs';
import { terminalSvg } from './terminal-svg.mjs';

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'pictures' },
    only: { type: 'string', default: 'graph,page,terminal' },
    sizes: { type: 'string', default: '20,200,2000' },
    recomp: { type: 'string', default: fileURLToPath(new URL('../dist/recomp.cjs', import.meta.url)) },
  },
});
const out = resolve(values.out);
const only = values.only.split(',');
const sizes = values.sizes.split(',').map(Number);
const recomp = resolve(values.recomp);
const scratch = mkdtempSync(join(tmpdir(), 'recomp-pictures-'));

try {
  mkdirSync(out, { recursive: true });
  for (const size of sizes) {
    const ws = builtWorkspace(size);
    if (only.includes('graph')) graphPictures(ws, size);
    if (only.includes('page')) pagePictures(ws, size);
  }
  if (only.includes('terminal')) for (const columns of [80, 200]) await terminalPictures(columns);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Built, then changed and built again, so that there is something of every outcome; one title is broken. */
function builtWorkspace(size) {
  const root = join(scratch, `titles-${size}`);
  const titles = writeTitles(root, size);
  run(root, 'build', '//...', '--jobs=4');
  for (const [i, folder] of titles.entries()) {
    if (i % 7 === 2) appendFileSync(join(root, folder, 'title.bin'), 'changed\n');
    if (i % 5 === 1) rmSync(join(root, 'recomp-out', folder), { recursive: true, force: true });
  }
  const last = titles.at(-1) ?? '';
  appendFileSync(
    join(root, last, 'BUILD.toml'),
    `[[target]]\nname = "notes"\nrule = "command"\ndeps = [":program"]\nouts = ["notes.txt"]\nshell = "echo 'notes.c:12: error: unknown type name “frame”' >&2; exit 1"\n` +
      `[[target]]\nname = "package"\nrule = "command"\ndeps = [":notes", ":compare"]\nouts = ["package.txt"]\nshell = "cat $DEPS > $OUT"\n`,
  );
  run(root, 'build', '//...', '--keep-going', '--jobs=4');
  return { root, titles };
}

function graphPictures({ root, titles }, size) {
  const page = join(out, `graph-${size}.html`);
  run(root, 'graph', '//...', '-o', page);
  run(root, 'graph', '//...', '-o', join(out, `graph-${size}.svg`));
  const look = (name, hash, options) => shoot(`file://${page}${hash}`, `graph-${size}-${name}`, options);
  look('first', '');
  look('dark', '', { dark: true });
  look('all', '#all');
  look('target', `#//${titles.at(-1)}:program`);
  look('narrow', '', { width: 420, height: 800 });
  shoot(`file://${join(out, `graph-${size}.svg`)}`, `graph-${size}-svg`);
}

function pagePictures({ root }, size) {
  const page = join(out, `run-${size}.html`);
  run(root, 'show', '--html', page);
  shoot(`file://${page}`, `run-${size}`, { height: 2200 });
  shoot(`file://${page}`, `run-${size}-dark`, { dark: true, height: 1200 });
}

async function terminalPictures(columns) {
  const root = join(scratch, `terminal-${columns}`);
  writeSlow(root);
  const variables = { RECOMP_CACHE_DIR: join(scratch, `cache-${columns}`), LANG: 'C.UTF-8' };
  const terminal = openTerminal({ scratch, cwd: root, recomp, columns, rows: 40, variables });
  const keep = (name) => shootTerminal(terminal.screen(), columns, `terminal-${columns}-${name}`);
  const after = async (name, ...lines) => {
    for (const line of lines) await terminal.type(line);
    await terminal.prompt();
    keep(name);
  };
  try {
    await terminal.type('clear; recomp build //... --jobs=4 --keep-going');
    await terminal.until('a build at work', (lines) =>
      lines.some((line) => /\[\d+\/\d+\+?\] .*0:04/.test(line)),
    );
    keep('building');
    terminal.keys('C-c');
    await terminal.until('what it waits for', (lines) => lines.some((line) => /nterrupt|ending/.test(line)));
    await terminal.prompt();
    keep('interrupted');
    await after('failed', 'clear; recomp build //... --jobs=4 --keep-going');
    await after('again', 'clear; recomp build //... --keep-going', 'recomp build //lib:lib');
    await after(
      'explain',
      'clear; echo more >> lib/words.txt; recomp explain //app:app',
      'recomp build --explain //lib:lib',
    );
    await after('runs', 'clear; recomp runs', 'recomp diff latest~1 latest');
    await after('show', 'clear; recomp show latest~2');
    await after(
      'query',
      "clear; recomp query 'deps(//app) ^ kind(comand, //...)'",
      "recomp query 'deps(//app)'",
    );
    await after('doctor', 'clear; recomp doctor');
    await after('help', 'clear; recomp help build | head -38');
  } finally {
    terminal.close();
  }
}

/** Some of it takes seconds, one folder's files are not known before, and one target fails. */
function writeSlow(root) {
  const put = (path, text) => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const target = (name, members) =>
    `[[target]]\nname = "${name}"\nrule = "command"\nouts = ["${name}.txt"]\n${members}\n`;
  put('recomp.toml', '[workspace]\nname = "slow"\n');
  put('lib/words.txt', 'one\ntwo\nthree\n');
  put(
    'lib/BUILD.toml',
    target('lib', `srcs = ["words.txt"]\nshell = "sort $SRCS > $OUT"`) +
      Array.from({ length: 12 }, (_, i) =>
        target(
          `part-with-a-rather-long-name-${i}`,
          `deps = [":lib"]\nshell = "sleep ${1 + (i % 4) * 2}; cat $DEPS > $OUT"`,
        ),
      ).join(''),
  );
  const parts = Array.from({ length: 12 }, (_, i) => `"//lib:part-with-a-rather-long-name-${i}"`).join(', ');
  const log = Array.from(
    { length: 6 },
    (_, i) => `echo 'main.c:${i + 3}: warning: unused variable' >&2;`,
  ).join(' ');
  put(
    'app/BUILD.toml',
    target('app', `deps = [${parts}]\nshell = "cat $DEPS > $OUT"`) +
      target(
        'broken',
        `deps = ["//lib"]\nshell = "${log} echo 'main.c:9: error: no such member' >&2; exit 1"`,
      ) +
      target('after', `deps = [":broken"]\nshell = "cat $DEPS > $OUT"`),
  );
}

function run(cwd, ...words) {
  const env = { ...process.env, RECOMP_CACHE_DIR: join(scratch, 'cache') };
  const { status, stderr } = spawnSync(process.execPath, [recomp, ...words], { cwd, env, encoding: 'utf8' });
  if (status !== 0 && status !== 1) throw new Error(`recomp ${words.join(' ')}: ${stderr}`);
}

function shoot(url, name, { width = 1500, height = 900, dark = false } = {}) {
  const flags = [
    ...['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--no-first-run'],
    ...['--disable-background-networking', '--virtual-time-budget=10000'],
    `--user-data-dir=${join(scratch, 'browser')}`,
    `--window-size=${width},${height}`,
    `--blink-settings=preferredColorScheme=${dark ? 0 : 1}`,
    `--screenshot=${join(out, `${name}.png`)}`,
  ];
  execFileSync('chromium', [...flags, url], { stdio: 'ignore', timeout: 300_000 });
  console.log(`${name}.png`);
}

function shootTerminal(lines, columns, name) {
  const file = join(out, `${name}.svg`);
  writeFileSync(file, terminalSvg(lines, columns, name));
  shoot(`file://${file}`, name, { width: Math.ceil(columns * 8.4 + 32), height: lines.length * 19 + 32 });
}
