// 100,000 targets (100 layers × 1,000, each of which reads three of the layer below): what a look at them costs. Each figure is a
// whole process: wall seconds, processor seconds and the most memory it held. Prints; asserts nothing.
//
//   node bench/hundred-thousand.mjs [--size LAYERSxWIDTH] [--runs N] [--dir DIR] [--no-build]
//
// Beside peers, in one run: node bench/peers.mjs --harness DIR --size 100x1000x3 --only ninja,turbo-shim,recomp-open
//   --scenarios cold,noop,dry --runs 1
//
// Where --dir names a folder that such a workspace is in already, it is used and kept. --no-build leaves out what needs outputs
// (the first build, the no-op and explain): the first build of 100,000 takes many minutes.
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeLayered } from './layered-workspace.mjs';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '100x1000' },
    runs: { type: 'string', default: '3' },
    dir: { type: 'string' },
    'no-build': { type: 'boolean', default: false },
  },
});
const [layers, width] = values.size.split('x').map(Number);
const runs = Number(values.runs);
const recomp = resolve(import.meta.dirname, '../dist/recomp.cjs');
const usage = resolve(import.meta.dirname, 'usage.cjs');
const base = values.dir ? resolve(values.dir) : mkdtempSync(join(tmpdir(), 'recomp-100k-'));
const root = join(base, 'ws');
mkdirSync(base, { recursive: true });
if (!existsSync(join(root, 'recomp.toml'))) writeLayered(root, { layers, width, fanin: 3 });

const name = (layer, i) => `//p/l${layer}n${String(i).padStart(5, '0')}:build`;
const top = name(layers - 1, 0);
const bottom = name(0, 0);
const rows = {};

if (!values['no-build']) {
  measure('plan, nothing built (dry run)', 1, ['build', '//...', '--dry-run=json', '--sandbox=off']);
  measure('first build', 1, ['build', '//...', '--sandbox=off']);
  measure('no-op, the second', 1, ['build', '//...', '--sandbox=off']);
  measure('no-op', runs, ['build', '//...', '--sandbox=off']);
  measure('plan, all built (dry run)', runs, ['build', '//...', '--dry-run', '--sandbox=off']);
  measure('explain one target', runs, ['explain', top, '--sandbox=off']);
  appendFileSync(join(root, 'p', `l${layers - 1}n00000`, 'in.txt'), 'changed\n');
  measure('explain one target, its source changed', runs, ['explain', top, '--sandbox=off']);
  measure('one edit', 1, ['build', '//...', '--sandbox=off']);
  measure('explain one target, just built', runs, ['explain', top, '--sandbox=off']);
  appendFileSync(join(root, 'p', `l${layers - 1}n00001`, 'BUILD.toml'), '# changed\n');
  measure('explain one target, another BUILD.toml changed', 1, ['explain', top, '--sandbox=off']);
  measure('one BUILD.toml changed, built', 1, ['build', '//...', '--sandbox=off']);
}
rmSync(join(root, '.recomp/state/declared.seen'), { force: true });
measure('query, the first', 1, ['query', `deps(${top})`]);
measure('query deps', runs, ['query', `deps(${top})`]);
measure('query rdeps', runs, ['query', `rdeps(//..., ${bottom})`]);
measure('query somepath', runs, ['query', `somepath(${top}, ${bottom})`]);
measure('query kind and attr of all', runs, ['query', 'attr(shell, grep, kind(command, //...))']);
appendFileSync(join(root, 'p', `l${layers - 1}n00000`, 'BUILD.toml'), '# changed\n');
measure('query, one BUILD.toml changed', 1, ['query', `deps(${top})`]);
measure('graph of 10,000 as a page', runs, ['graph', top, '-o', join(base, 'graph.html')]);
measure('graph of all as svg', runs, ['graph', '//...', '-o', join(base, 'graph.svg')]);
console.table(rows);
console.log(`${layers} × ${width} targets; medians of ${runs} where it says so; seconds, MB`);
if (!values.dir) rmSync(base, { recursive: true });

function measure(what, times, words) {
  const all = Array.from({ length: times }, () => once(words));
  const median = (key) => all.map((row) => row[key]).sort((a, b) => a - b)[Math.floor(times / 2)];
  rows[what] = {
    runs: times,
    wall: median('wall').toFixed(2),
    processor: median('processor').toFixed(2),
    MB: median('mb').toFixed(0),
  };
  console.log(`${what}: ${rows[what].wall} s, ${rows[what].MB} MB`);
}

/** From a shell: what is printed goes nowhere, and its reading is nobody's time. */
function once(words) {
  const env = { ...process.env, RECOMP_CACHE_DIR: join(base, 'cache') };
  const started = process.hrtime.bigint();
  const done = spawnSync('node', ['-r', usage, recomp, ...words], {
    cwd: root,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (done.status !== 0) throw new Error(`${words.join(' ')}: ${done.stderr.slice(-2000)}`);
  const found = /usage: user (\d+) ms, system (\d+) ms, maxrss (\d+) MB/.exec(done.stderr);
  return {
    wall: Number(process.hrtime.bigint() - started) / 1e9,
    processor: (Number(found?.[1] ?? 0) + Number(found?.[2] ?? 0)) / 1000,
    mb: Number(found?.[3] ?? 0),
  };
}
