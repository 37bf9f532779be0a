// Time and memory from 1,000 to 20,000 targets: what grows must grow with the number of targets, no faster. The table shows each
// figure per target beside the first row's. Prints; asserts nothing.
//
//   node bench/linear.mjs [1000 5000 20000]
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { writeLayered } from './layered-workspace.mjs';

const sizes = process.argv.slice(2).map(Number);
const recomp = resolve(import.meta.dirname, '../dist/recomp.cjs');
const usage = resolve(import.meta.dirname, 'usage.cjs');
const base = mkdtempSync(join(tmpdir(), 'recomp-linear-'));
const rows = [];
for (const size of sizes.length ? sizes : [1000, 2000, 5000, 10_000, 20_000]) rows.push(measure(size));
rmSync(base, { recursive: true });
const per = (row, key) => row[key] / row.targets;
console.table(
  rows.map((row) => {
    const shown = { targets: row.targets };
    for (const key of Object.keys(row).filter((k) => k !== 'targets')) {
      shown[key] = row[key].toFixed(key.endsWith('MB') ? 0 : 2);
      shown[`${key} ×`] = (per(row, key) / per(rows[0], key)).toFixed(2);
    }
    return shown;
  }),
);
console.log('seconds, MB; ×: per target, against the first row (1.00: linear)');

function measure(targets) {
  const root = join(base, String(targets));
  const { top } = writeLayered(root, { layers: 10, width: targets / 10, fanin: 3 });
  const build = (...more) => {
    const started = process.hrtime.bigint();
    const env = { ...process.env, RECOMP_CACHE_DIR: join(base, `cache-${targets}`) };
    const done = spawnSync('node', ['-r', usage, recomp, 'build', '//...', '--sandbox=off', ...more], {
      cwd: root,
      env,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    if (done.status !== 0) throw new Error(done.stderr.slice(-2000));
    return {
      seconds: Number(process.hrtime.bigint() - started) / 1e9,
      mb: Number(/maxrss (\d+)/.exec(done.stderr)?.[1] ?? 0),
    };
  };
  const dry = build('--dry-run=json');
  const cold = build();
  build();
  const noop = build();
  appendFileSync(join(root, top), 'changed\n');
  const edit = build();
  rmSync(join(root, 'recomp-out'), { recursive: true });
  const restore = build();
  return {
    targets,
    load: dry.seconds,
    cold: cold.seconds,
    'cold MB': cold.mb,
    'no-op': noop.seconds,
    'no-op MB': noop.mb,
    'one edit': edit.seconds,
    restore: restore.seconds,
  };
}
