// What the engine adds to an action beside its sandbox's own start: the slope of build time over the number of actions, one job,
// against a loop of plain bubblewrap starts and of plain processes in the same run. Prints; asserts nothing.
//
//   node bench/sandbox.mjs
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const recomp = resolve(import.meta.dirname, '../dist/recomp.cjs');
const base = mkdtempSync(join(tmpdir(), 'recomp-sandbox-'));
const FEW = 50;
const MANY = 450;
const ROUNDS = 3;
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

const plain = median(Array.from({ length: ROUNDS }, () => loop('sh -c :')));
const bwrap = median(
  Array.from({ length: ROUNDS }, () =>
    loop(
      'bwrap --unshare-all --die-with-parent --ro-bind / / --dev /dev --proc /proc --tmpfs /tmp --bind /tmp /mnt sh -c :',
    ),
  ),
);
const rows = {
  'plain process': { 'ms an action': plain },
  'bubblewrap, built anew each time': { 'ms an action': bwrap },
};
for (const mode of ['off', 'auto']) {
  const ms = median(Array.from({ length: ROUNDS }, (_, i) => perAction(mode, i)));
  const own = mode === 'off' ? plain : bwrap;
  rows[`recomp --sandbox=${mode}`] = { 'ms an action': ms, 'beside the start': ms - own };
}
rmSync(base, { recursive: true });
for (const row of Object.values(rows))
  for (const key of Object.keys(row)) row[key] = Number(row[key].toFixed(2));
console.table(rows);
console.log('to reach: recomp --sandbox=auto at most 1.5 ms beside bubblewrap’s own start');

function seconds(run) {
  const started = process.hrtime.bigint();
  const done = run();
  if (done.status !== 0) throw new Error(String(done.stderr).slice(-2000));
  return Number(process.hrtime.bigint() - started) / 1e9;
}

function loop(command) {
  const count = 200;
  return (
    (seconds(() =>
      spawnSync('sh', ['-c', `i=0; while [ $i -lt ${count} ]; do ${command}; i=$((i+1)); done`]),
    ) /
      count) *
    1000
  );
}

/** Each action reads four small files, three of them other actions' outputs, and writes one. */
function perAction(mode, round) {
  const time = (count) => {
    const root = join(base, `${mode}-${round}-${count}`);
    mkdirSync(join(root, 'p'), { recursive: true });
    writeFileSync(join(root, 'recomp.toml'), '[workspace]\nname = "bench"\n');
    const targets = Array.from({ length: count }, (_, i) => {
      writeFileSync(join(root, `p/s${i}.txt`), `source ${i} of ${round}\n`);
      const deps = [i - 1, i - 2, i - 3].filter((d) => d >= 0).map((d) => `":t${d}"`);
      return `[[target]]\nname = "t${i}"\nrule = "command"\nsrcs = ["s${i}.txt"]\ndeps = [${deps.join(', ')}]\nouts = ["o${i}"]\nshell = ": > $OUT"\n`;
    });
    writeFileSync(join(root, 'p/BUILD.toml'), targets.join('\n'));
    const env = { ...process.env, RECOMP_CACHE_DIR: join(root, '../cache', `${mode}-${round}-${count}`) };
    return seconds(() =>
      spawnSync('node', [recomp, 'build', '//...', '--jobs', '1', `--sandbox=${mode}`], { cwd: root, env }),
    );
  };
  return ((time(MANY) - time(FEW)) / (MANY - FEW)) * 1000;
}
