// What `recomp cache serve` moves, and what it takes. Run: node bench/cache-server.mjs [--mib 512] [--only raw|client|restore]
//
// raw: one blob each way over HTTP and over gRPC, by clients that do nothing but move bytes (they do not hash them), so that
// what is seen is the server. client: the same by recomp's own client, which reads and writes files and hashes what comes.
// restore: builds whose local cache is empty, against the same from a full local cache.
import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:http2';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const BIN = resolve(import.meta.dirname, '../dist/recomp.cjs');
const SOURCES = resolve(import.meta.dirname, '../src');
const { values } = parseArgs({
  options: { mib: { type: 'string', default: '512' }, only: { type: 'string' }, flags: { type: 'string' } },
});
const MIB = Number(values.mib);
const folder = mkdtempSync(join(tmpdir(), 'recomp-bench-serve-'));

/** A server of its own; `stat` tells what it has taken since it was last asked. */
async function serve() {
  const anywhere = '127.0.0.1:0';
  const args = ['cache', 'serve', '--dir', join(folder, 'served'), '--listen', anywhere, '--http', anywhere];
  const flags = values.flags?.split(' ') ?? [];
  const child = spawn(process.execPath, [...flags, BIN, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const grpc = (await lines.next()).value;
  const http = (await lines.next()).value;
  return { child, grpc, http };
}

async function stop(server) {
  server.child.kill('SIGTERM');
  await new Promise((done) => server.child.once('exit', done));
  rmSync(join(folder, 'served'), { recursive: true });
}

const residentMiB = (pid) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

/** User and system time of all its threads, in seconds. */
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function measure(server, name, act) {
  const { pid } = server.child;
  const idle = { server: residentMiB(pid), client: residentMiB(process.pid), cpu: cpuSeconds(pid) };
  const own = process.cpuUsage();
  let [serverPeak, clientPeak] = [0, 0];
  const timer = setInterval(() => {
    serverPeak = Math.max(serverPeak, residentMiB(pid));
    clientPeak = Math.max(clientPeak, residentMiB(process.pid));
  }, 10);
  const start = performance.now();
  await act();
  const seconds = (performance.now() - start) / 1000;
  clearInterval(timer);
  const used = process.cpuUsage(own);
  const cells = [
    name.padEnd(10),
    `${(MIB / seconds).toFixed(0).padStart(5)} MiB/s`,
    `server ${(cpuSeconds(pid) - idle.cpu).toFixed(2)} s CPU, +${Math.max(0, serverPeak - idle.server).toFixed(0)} MiB`,
    `client ${((used.user + used.system) / 1e6).toFixed(2)} s CPU, +${Math.max(0, clientPeak - idle.client).toFixed(0)} MiB`,
  ];
  console.log(cells.join('   '));
}

/** The blob, a piece at a time: always the same MiB, so that making it costs nothing. */
const piece = randomBytes(1024 * 1024);
function blobHash() {
  const hash = createHash('sha256');
  for (let i = 0; i < MIB; i++) hash.update(piece);
  return hash.digest('hex');
}

const drained = (stream) => new Promise((done) => stream.once('drain', done));
const ended = (stream) => new Promise((done, fail) => stream.once('end', done).once('error', fail));

async function httpPut(url, hash) {
  const sent = request(`${url}/cas/${hash}`, {
    method: 'PUT',
    headers: { 'content-length': MIB * piece.length },
  });
  const answered = new Promise((done, fail) => sent.once('response', done).once('error', fail));
  for (let i = 0; i < MIB; i++) if (!sent.write(piece)) await drained(sent);
  sent.end();
  const response = await answered;
  if (response.statusCode !== 200) throw new Error(`PUT: ${response.statusCode}`);
  response.resume();
  await ended(response);
}

async function httpGet(url, hash) {
  const sent = request(`${url}/cas/${hash}`, { highWaterMark: 1024 * 1024 });
  sent.end();
  const response = await new Promise((done, fail) => sent.once('response', done).once('error', fail));
  let bytes = 0;
  response.on('data', (data) => {
    bytes += data.length;
  });
  await ended(response);
  if (bytes !== MIB * piece.length) throw new Error(`GET: ${bytes} bytes`);
}

function varint(value) {
  const bytes = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}

const field = (number, bytes) => Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
function framed(...parts) {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}

function call(session, path) {
  const stream = session.request({
    ':method': 'POST',
    ':path': `/google.bytestream.ByteStream/${path}`,
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  const over = new Promise((done, fail) => {
    let status = '';
    stream.on('response', (headers) => {
      status = headers['grpc-status'] ?? status;
    });
    stream.on('trailers', (headers) => {
      status = headers['grpc-status'] ?? status;
    });
    stream.on('close', () => (status === '0' ? done() : fail(new Error(`${path}: status ${status}`))));
    stream.on('error', fail);
  });
  return { stream, over };
}

const CHUNK = 256 * 1024;

async function grpcWrite(session, hash) {
  const size = MIB * piece.length;
  const { stream, over } = call(session, 'Write');
  stream.resume();
  const name = field(1, Buffer.from(`uploads/bench/blobs/${hash}/${size}`));
  for (let at = 0; at < size; at += CHUNK) {
    const data = piece.subarray(at % piece.length, (at % piece.length) + CHUNK);
    const rest = [Buffer.from([16]), varint(at), Buffer.from([24, at + CHUNK >= size ? 1 : 0])];
    if (!stream.write(framed(at === 0 ? name : Buffer.alloc(0), ...rest, field(10, data))))
      await drained(stream);
  }
  stream.end();
  await over;
}

async function grpcRead(session, hash) {
  const size = MIB * piece.length;
  const { stream, over } = call(session, 'Read');
  let bytes = 0;
  stream.on('data', (data) => {
    bytes += data.length;
  });
  stream.end(framed(field(1, Buffer.from(`blobs/${hash}/${size}`))));
  await over;
  if (bytes < size) throw new Error(`Read: ${bytes} bytes`);
}

async function raw() {
  const hash = blobHash();
  for (const protocol of ['http', 'grpc']) {
    const server = await serve();
    if (protocol === 'http') {
      await measure(server, 'HTTP PUT', () => httpPut(server.http, hash));
      await measure(server, 'HTTP GET', () => httpGet(server.http, hash));
    } else {
      const session = connect(server.grpc.replace('grpc', 'http'), {
        settings: { initialWindowSize: 4 * 1024 * 1024, maxFrameSize: 1024 * 1024 },
      });
      session.once('connect', () => session.setLocalWindowSize(8 * 1024 * 1024));
      await measure(server, 'gRPC Write', () => grpcWrite(session, hash));
      await measure(server, 'gRPC Read', () => grpcRead(session, hash));
      session.destroy();
    }
    await stop(server);
  }
}

/** recomp's own client, bundled from the sources. */
async function loadClient() {
  const outdir = join(folder, 'client');
  const entry = [
    `export { GrpcTransport } from '${SOURCES}/remote/grpc/grpc-transport.ts';`,
    `export { HttpTransport } from '${SOURCES}/remote/http/http-transport.ts';`,
    `export { RemoteBlobStore } from '${SOURCES}/remote/remote-blob-store.ts';`,
    `export { verifying } from '${SOURCES}/remote/verify.ts';`,
  ];
  await build({
    stdin: { contents: entry.join('\n'), resolveDir: SOURCES },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile: join(outdir, 'client.cjs'),
  });
  return createRequire(import.meta.url)(join(outdir, 'client.cjs'));
}

async function client() {
  const { GrpcTransport, HttpTransport, RemoteBlobStore, verifying } = await loadClient();
  const digest = { hash: blobHash(), size: MIB * piece.length };
  const [from, to] = [join(folder, 'from'), join(folder, 'to')];
  const file = openSync(from, 'w');
  for (let i = 0; i < MIB; i++) writeSync(file, piece);
  closeSync(file);
  for (const protocol of ['http', 'grpc']) {
    const server = await serve();
    const host = new URL(server[protocol].replace('grpc', 'http')).host;
    const transport =
      protocol === 'http'
        ? new HttpTransport({ host, path: '', headers: {} })
        : new GrpcTransport({ target: host, instance: '', headers: {} });
    const store = new RemoteBlobStore(verifying(transport));
    await store.missing([{ hash: '0'.repeat(64), size: 1 }]);
    await measure(server, `${protocol} up`, () => store.putFile(from, digest));
    await measure(server, `${protocol} down`, () => store.materialize(digest, to, false));
    rmSync(to);
    transport.close();
    await stop(server);
  }
}

function buildSeconds(root, env, ...more) {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [BIN, 'build', '//...', ...more], {
    cwd: root,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return (performance.now() - start) / 1000;
}

/** 1,000 small outputs, and one large one: from the local cache, and from the server into an empty one. */
async function restore() {
  const root = join(folder, 'ws');
  const targets = Array.from(
    { length: 1000 },
    (_, i) => `[[target]]\nname = "t${i}"\nrule = "command"\nouts = ["o${i}"]\nshell = "echo ${i} > $OUT"\n`,
  );
  spawnSync('mkdir', ['-p', root]);
  writeFileSync(join(root, 'recomp.toml'), '[workspace]\nname = "bench"\n');
  writeFileSync(join(root, 'BUILD.toml'), targets.join('\n'));
  const server = await serve();
  const forget = (...more) => {
    for (const path of ['ws/.recomp', 'ws/recomp-out', ...more])
      rmSync(join(folder, path), { recursive: true, force: true });
  };
  const env = (cache) => ({ RECOMP_CACHE_DIR: join(folder, cache) });
  for (const url of [server.grpc, server.http]) {
    forget('local');
    buildSeconds(root, env('local'), '--remote-cache', url);
    const times = { local: [], remote: [] };
    for (let i = 0; i < 5; i++) {
      forget();
      times.local.push(buildSeconds(root, env('local'), '--no-remote'));
      forget('other');
      times.remote.push(buildSeconds(root, env('other'), '--remote-cache', url));
    }
    const [local, remote] = [median(times.local), median(times.remote)];
    const bound = 1.5 * local + 0.3;
    console.log(
      `1,000 outputs  ${url.split(':')[0]}   local ${local.toFixed(2)} s   remote ${remote.toFixed(2)} s   bound ${bound.toFixed(2)} s`,
    );
  }
  await stop(server);
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

try {
  for (const [name, run] of Object.entries({ raw, client, restore }))
    if (values.only === undefined || values.only === name) await run();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
