// What a remote cache costs that is away or far. Run: node bench/remote.mjs [--actions 1000] [--layers 10] [--only away|far]
//
// away: 1,000 actions that run, without a remote, with one that nobody serves, with one that takes calls and never answers.
// far: the same, in layers, out of a server 200 ms away into an empty cache, against its round trips: connecting, asking what it
// can do, and for each layer looking up and fetching. What bytes move is in bench/cache-server.mjs.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const BIN = resolve(import.meta.dirname, '../dist/recomp.cjs');
const { values } = parseArgs({
  options: {
    actions: { type: 'string', default: '1000' },
    layers: { type: 'string', default: '10' },
    only: { type: 'string' },
  },
});
const [ACTIONS, LAYERS] = [Number(values.actions), Number(values.layers)];
const LATENCY_MS = 200;
const folder = mkdtempSync(join(tmpdir(), 'recomp-bench-remote-'));
const root = join(folder, 'ws');

function workspace() {
  mkdirSync(root);
  writeFileSync(join(root, 'recomp.toml'), '[workspace]\nname = "bench"\n');
  const width = Math.ceil(ACTIONS / LAYERS);
  const targets = Array.from({ length: ACTIONS }, (_, i) => {
    const deps = i < width ? '' : `deps = [":t${i - width}"]\n`;
    return `[[target]]\nname = "t${i}"\nrule = "command"\n${deps}outs = ["o${i}"]\nshell = "echo ${i} > $OUT"\n`;
  });
  writeFileSync(join(root, 'BUILD.toml'), targets.join('\n'));
}

function forget(...more) {
  for (const path of ['ws/.recomp', 'ws/recomp-out', 'cache', ...more])
    rmSync(join(folder, path), { recursive: true, force: true });
}

async function build(...more) {
  const start = performance.now();
  const child = spawn(process.execPath, [BIN, 'build', '//...', ...more], {
    cwd: root,
    env: { ...process.env, RECOMP_CACHE_DIR: join(folder, 'cache') },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const lines = [];
  createInterface(child.stderr).on('line', (line) => lines.push(line));
  const code = await new Promise((done) => child.once('close', done));
  if (code !== 0) throw new Error(lines.slice(-5).join('\n'));
  return { seconds: (performance.now() - start) / 1000, said: lines.at(-1) };
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

async function repeat(...more) {
  const times = [];
  let said = '';
  for (let i = 0; i < 3; i++) {
    forget();
    const ran = await build(...more);
    times.push(ran.seconds);
    said = ran.said;
  }
  return { seconds: median(times), said };
}

async function listening(handle) {
  const server = createServer(handle);
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { server, port: server.address().port };
}

/** Bytes arrive half a round trip after they were sent, either way, in order. */
function delayed(target) {
  return listening((client) => {
    const upstream = createConnection(target, '127.0.0.1');
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ]) {
      from.setNoDelay(true);
      from.on('error', () => {});
      from.on('data', (chunk) => setTimeout(() => to.writable && to.write(chunk), LATENCY_MS / 2));
      from.on('close', () => setTimeout(() => to.destroy(), LATENCY_MS / 2));
    }
  });
}

async function away() {
  const without = await repeat('--no-remote');
  console.log(`${ACTIONS} actions run, no remote: ${without.seconds.toFixed(2)} s`);
  const gone = await listening(() => {});
  gone.server.close();
  const open = new Set();
  const silent = await listening((socket) => open.add(socket.on('error', () => {})));
  for (const [what, port] of [
    ['nobody there', gone.port],
    ['never an answer', silent.port],
  ])
    for (const scheme of ['grpc', 'http']) {
      const { seconds, said } = await repeat('--remote-cache', `${scheme}://127.0.0.1:${port}`);
      console.log(`${what}, ${scheme}: +${(seconds - without.seconds).toFixed(2)} s (bound 2 s; ${said})`);
    }
  for (const socket of open) socket.destroy();
  silent.server.close();
}

async function far() {
  const args = ['cache', 'serve', '--dir', join(folder, 'served')];
  const child = spawn(process.execPath, [BIN, ...args, '--listen', '127.0.0.1:0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = (await createInterface(child.stdout)[Symbol.asyncIterator]().next()).value;
  forget();
  await build('--remote-cache', url);
  const near = await repeat('--remote-cache', url);
  const { server, port } = await delayed(Number(new URL(url.replace('grpc', 'http')).port));
  const distant = await repeat('--remote-cache', `grpc://127.0.0.1:${port}`);
  const trips = 2 + 2 * LAYERS;
  const unavoidable = near.seconds + (trips * LATENCY_MS) / 1000;
  console.log(
    `${ACTIONS} actions in ${LAYERS} layers: here ${near.seconds.toFixed(2)} s, ${LATENCY_MS} ms away ${distant.seconds.toFixed(2)} s; ` +
      `${trips} round trips make ${unavoidable.toFixed(2)} s, bound ${(1.2 * unavoidable).toFixed(2)} s (${distant.said})`,
  );
  server.close();
  child.kill('SIGTERM');
}

try {
  workspace();
  if (values.only !== 'far') await away();
  if (values.only !== 'away') await far();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit();
