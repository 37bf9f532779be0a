// From a function's new name to the verdict. Run: node bench/rename.mjs [--rounds 10] [--backend c|wasm]
//
// samples/first-light in a workspace and a cache of its own; each round gives one function a name that was never there, and is
// timed from the start of the process that builds to its end.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const ROOT = resolve(import.meta.dirname ?? '.', '..');
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '10' }, backend: { type: 'string', default: 'c' } },
});
const folder = mkdtempSync(join(tmpdir(), 'recomp-bench-rename-'));
const sample = join(folder, 'ws/samples/first-light');
const env = { ...process.env, RECOMP_CACHE_DIR: join(folder, 'cache') };

function build() {
  const started = process.hrtime.bigint();
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, 'dist/recomp.cjs'), 'build', '//samples/first-light:validate'],
    { cwd: sample, env, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  return { ms: Number(process.hrtime.bigint() - started) / 1e6, log: stderr };
}

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

try {
  cpSync(join(ROOT, 'samples/first-light'), sample, { recursive: true });
  writeFileSync(join(folder, 'ws/recomp.toml'), '[tools.cc]\ncommand = "cc"\n');
  if (values.backend === 'wasm') {
    const config = join(sample, 'automation.toml');
    writeFileSync(config, readFileSync(config, 'utf8').replace('[run]', '[run]\nbackend = "wasm"'));
  }
  console.log(`cold: ${build().ms.toFixed(0)} ms`);
  const map = join(sample, 'name_map.json');
  const times = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const text = readFileSync(map, 'utf8');
    writeFileSync(map, text.replace(/"name": "draw_\w+"/, `"name": "draw_${round}"`));
    const { ms, log } = build();
    const compiled = log.match(/shards\[/g)?.length ?? 0;
    if (values.backend === 'c' && compiled !== 1) throw new Error(`${compiled} shards were compiled\n${log}`);
    times.push(ms);
  }
  console.log(
    `a new name: median ${median(times).toFixed(0)} ms, from ${Math.min(...times).toFixed(0)} to ${Math.max(...times).toFixed(0)}`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
