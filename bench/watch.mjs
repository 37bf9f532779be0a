// How soon a watching recomp starts the first action after a save, with so many files watched, and what it costs to wait.
// node bench/watch.mjs [files=10000] [saves=30]
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const files = Number(process.argv[2] ?? 10_000);
const saves = Number(process.argv[3] ?? 30);
const recomp = resolve(dirname(fileURLToPath(import.meta.url)), '../dist/recomp.cjs');
const folder = mkdtempSync(join(tmpdir(), 'recomp-bench-watch-'));
const root = join(folder, 'ws');
const PER_PACKAGE = 100;

function writeWorkspace() {
  mkdirSync(root);
  writeFileSync(join(root, 'recomp.toml'), '[workspace]\nname = "bench"\n');
  for (let p = 0; p * PER_PACKAGE < files; p++) {
    mkdirSync(join(root, `p${p}`));
    const targets = Array.from({ length: PER_PACKAGE }, (_, f) => {
      writeFileSync(join(root, `p${p}/f${f}.txt`), `${p} ${f}\n`);
      return `[[target]]\nname = "t${f}"\nrule = "command"\nsrcs = ["f${f}.txt"]\nouts = ["o${f}.txt"]\nshell = "cat $SRCS > $OUT"\n`;
    });
    writeFileSync(join(root, `p${p}/BUILD.toml`), targets.join('\n'));
  }
}

const ticks = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
};
const memory = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
const switches = (pid) =>
  Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

writeWorkspace();
const child = spawn(process.execPath, [recomp, 'watch', '//...', '--json', '--sandbox=off'], {
  cwd: root,
  env: { ...process.env, RECOMP_CACHE_DIR: join(folder, 'cache') },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
async function until(type) {
  const seen = [];
  for (;;) {
    const { value, done } = await lines.next();
    if (done) throw new Error('recomp ended');
    const event = JSON.parse(value);
    seen.push(event);
    if (event.type === `recomp.watch.${type}`) return seen;
  }
}
try {
  await until('resting');
  const first = [];
  const whole = [];
  const cpu = [];
  for (let i = 0; i < saves; i++) {
    const before = ticks(child.pid);
    writeFileSync(join(root, `p${i % Math.ceil(files / PER_PACKAGE)}/f7.txt`), `save ${i}\n`);
    const events = await until('resting');
    first.push(events.find((e) => e.type.endsWith('action.started')).since_hint_ms);
    whole.push(events.find((e) => e.type.endsWith('round.completed')).duration_ms);
    cpu.push(ticks(child.pid) - before);
  }
  await new Promise((done) => setTimeout(done, 500));
  const [idleCpu, idleSwitches] = [ticks(child.pid), switches(child.pid)];
  await new Promise((done) => setTimeout(done, 10_000));
  process.stdout.write(
    `${files} files, ${saves} saves: first action after ${median(first)} ms (median), ${Math.max(...first)} ms (most); ` +
      `round ${median(whole)} ms; CPU of recomp ${median(cpu)} ms a round; ` +
      `10 s at rest: ${ticks(child.pid) - idleCpu} ms CPU, ${switches(child.pid) - idleSwitches} wake-ups; ${Math.round(memory(child.pid))} MB\n`,
  );
} finally {
  child.kill('SIGTERM');
  await new Promise((done) => child.once('close', done));
  rmSync(folder, { recursive: true, force: true });
}
