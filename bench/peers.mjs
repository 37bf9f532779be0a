// Runs the same synthetic graph through recomp and its peers (a harness that lies outside of this repository) and prints the
// ratios that recomp is held to. Machines are noisy: only ratios of one run count, and nothing here asserts a time.
//
//   node bench/peers.mjs --harness DIR [--size 10x100x3] [--only recomp,turbo] [--runs N] [--report FILE.jsonl]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const options = readOptions(process.argv.slice(2));
const root = resolve(import.meta.dirname, '..');
const harness = resolve(options.harness ?? join(root, '../shared/peers'));
if (!options.report && !existsSync(join(harness, 'bench.mjs'))) {
  console.error(`bench: no harness in ${harness}; give its folder with --harness`);
  process.exit(2);
}
const home = process.env.PEERS_HOME ?? mkdtempSync(join(tmpdir(), 'recomp-peers-'));
const out = options.report ?? join(home, `results-${Date.now()}.jsonl`);
const size = options.size ?? '10x100x3';
if (!options.report) run();
report();

function readOptions(words) {
  const found = {};
  for (let i = 0; i < words.length; i += 2) found[words[i].replace(/^--/, '')] = words[i + 1];
  return found;
}

function run() {
  const env = { ...process.env, PEERS_HOME: home, RECOMP_BIN: join(root, 'dist/recomp.cjs') };
  const only = options.only ? ['--only', options.only] : [];
  const runs = options.runs ? ['--runs', options.runs] : [];
  const scenarios = options.scenarios ? ['--scenarios', options.scenarios] : [];
  const done = spawnSync(
    'node',
    ['bench.mjs', '--size', size, '--out', out, ...only, ...runs, ...scenarios],
    { cwd: harness, env, stdio: 'inherit' },
  );
  if (done.status !== 0) process.exit(done.status ?? 1);
}

/** From a small shell: a spawn from Node itself would be charged for Node's size. In an environment as bare as the harness's. */
function nodeStart() {
  const COUNT = 10;
  const times = Array.from({ length: 5 }, () => {
    const start = process.hrtime.bigint();
    spawnSync('sh', ['-c', `i=0; while [ $i -lt ${COUNT} ]; do node -e 0; i=$((i+1)); done`], {
      env: { PATH: process.env.PATH },
    });
    return Number(process.hrtime.bigint() - start) / 1e9 / COUNT;
  });
  return times.sort((a, b) => a - b)[2];
}

function report() {
  const rows = readFileSync(out, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter((row) => !row.failed && row.size === size);
  const at = (tool, scenario) => rows.findLast((row) => row.tool === tool && row.scenario === scenario);
  const wall = (tool, scenario) => at(tool, scenario)?.wall.med;
  const node = nodeStart();
  const tools = [...new Set(rows.map((row) => row.tool))];
  const line = (what, bound, a, b) => {
    if (a === undefined || b === undefined) return;
    const ratio = a / b;
    console.log(`${ratio <= bound ? 'ok  ' : 'OVER'} ${what}: ${ratio.toFixed(2)} (to reach: ${bound})`);
  };
  console.log(`\n${size}; node -e 0 ${node.toFixed(3)} s; results in ${out}`);
  console.table(
    Object.fromEntries(
      tools.map((tool) => [
        tool,
        Object.fromEntries(
          ['cold', 'noop', 'top', 'leaf', 'cutoff', 'restore', 'dry'].map((s) => [
            s,
            wall(tool, s)?.toFixed(3),
          ]),
        ),
      ]),
    ),
  );
  for (const self of tools.filter((tool) => tool.startsWith('recomp'))) {
    console.log(
      `\n${self} (actions run as wanted, outputs right: ${rows.filter((r) => r.tool === self).every((r) => !r.bad && (r.expectRan === null || r.ran.every((n) => n === r.expectRan)))})`,
    );
    line('no-op against node -e 0', 2.5, wall(self, 'noop'), node);
    for (const peer of ['turbo', 'bazel', 'bazel-nosandbox'])
      line(`no-op against ${peer}`, 1, wall(self, 'noop'), wall(peer, 'noop'));
    for (const peer of ['nx', 'nx-daemon', 'wireit', 'moon', 'lage'])
      line(`no-op against ${peer}`, 0.25, wall(self, 'noop'), wall(peer, 'noop'));
    if (wall(self, 'top'))
      console.log(
        `     one changed source: no-op + ${((wall(self, 'top') - wall(self, 'noop')) * 1000).toFixed(0)} ms (to reach: 40)`,
      );
    console.log(`     no-op peak memory: ${at(self, 'noop')?.maxrss_mb.med.toFixed(0)} MB (to reach: 120)`);
    line('cold against ninja', self.endsWith('open') ? 1.6 : 3.5, wall(self, 'cold'), wall('ninja', 'cold'));
    if (self.endsWith('open'))
      line(
        'cold against turbo (native binary, no npm per task)',
        1,
        wall(self, 'cold'),
        wall('turbo-shim', 'cold'),
      );
    else line('cold against sandboxed bazel', 1 / 3, wall(self, 'cold'), wall('bazel', 'cold'));
    line('restore against the no-op', 3, wall(self, 'restore'), wall(self, 'noop'));
    for (const peer of tools.filter((t) => !t.startsWith('recomp')))
      line(`restore against ${peer}`, 1, wall(self, 'restore'), wall(peer, 'restore'));
  }
}
