import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { digestBytes, sha256 } from '../../src/fingerprint/digest-bytes.ts';
import { writeDigest } from '../../src/fingerprint/reapi/digest.ts';
import { WireWriter } from '../../src/fingerprint/wire-writer.ts';
import { type Digest, parseSha256, type Sha256 } from '../../src/model/digest.ts';
import { openCacheStore } from '../../src/server/store/open-cache-store.ts';
import { Random } from '../rig/random.ts';

const ROUNDS = process.env['RECOMP_LONG'] === '1' ? 100 : 4;
const MAX_BYTES = 24 * 1024 * 1024;

let folder: string;
let child: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recomp-killed-'));
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<string> {
  const words = ['--dir', folder, '--max-size', `${MAX_BYTES}B`];
  const at = ['--listen', '127.0.0.1:0', '--http', '127.0.0.1:0'];
  child = spawn(process.execPath, [inject('recompBin'), 'cache', 'serve', ...words, ...at], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (child.stdout === null) throw new Error('no pipe');
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  await lines.next();
  return (await lines.next()).value ?? '';
}

/** Undefined: the server went away. */
function put(url: string, path: string, body: Uint8Array): Promise<number | undefined> {
  return new Promise((resolve) => {
    const sent = request(`${url}/${path}`, { method: 'PUT' });
    sent.on('response', (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', () => resolve(undefined));
    sent.end(body);
  });
}

function resultOf(files: readonly Digest[]): Uint8Array {
  const writer = new WireWriter();
  for (const [i, digest] of files.entries()) {
    const entry = writer.open(2);
    writer.text(1, `${i}`);
    writeDigest(writer, 2, digest);
    writer.close(entry);
  }
  return writer.copy();
}

/** Blobs and results until the server is gone, which is killed in the middle, after so many answers. */
async function load(url: string, random: Random, answers: number, keys: Sha256[]): Promise<void> {
  let left = answers;
  const one = async (): Promise<void> => {
    const digests: Digest[] = [];
    for (;;) {
      const bytes = randomBytes(
        random.chance(0.3) ? 300_000 + random.below(2_000_000) : random.below(20_000),
      );
      if ((await put(url, `cas/${sha256(bytes)}`, bytes)) === undefined) return;
      digests.push(digestBytes(bytes));
      if (random.chance(0.5)) {
        const key = sha256(bytes);
        keys.push(key);
        if ((await put(url, `ac/${key}`, resultOf(digests.slice(-3)))) === undefined) return;
      }
      if (--left === 0) child?.kill('SIGKILL');
    }
  };
  await Promise.all([one(), one(), one(), one()]);
}

/** Opens what the dead server left, and looks at all of it. */
async function inspect(keys: readonly Sha256[]): Promise<{ results: number; blobs: number }> {
  const opened = await openCacheStore({
    directory: folder,
    maxBytes: MAX_BYTES,
    maxBlobBytes: MAX_BYTES,
    replaceResults: false,
    onFault: (failure) => {
      throw failure;
    },
  });
  if (!opened.ok) throw new Error(opened.error);
  const store = opened.value;
  expect(readdirSync(join(folder, 'v1/tmp'))).toEqual([]);
  expect(store.figures().bytes).toBeLessThanOrEqual(MAX_BYTES);
  const files = readdirSync(join(folder, 'v1/cas'), { recursive: true, withFileTypes: true }).filter((file) =>
    file.isFile(),
  );
  for (const { name } of files) {
    const hash = parseSha256(name);
    const digest = hash && store.blobs.find(hash);
    expect(digest && store.blobs.read(digest), name).toBeDefined();
  }
  const good = keys.filter((key) => store.results.get({ instance: '', key }) !== undefined);
  const { blobs } = store.figures();
  expect(blobs).toBe(files.length);
  store.close();
  return { results: good.length, blobs };
}

describe('a server that is killed under load', () => {
  it(`has no half blob afterwards, and no result whose blobs are gone (${ROUNDS} times)`, {
    timeout: 300_000 + ROUNDS * 60_000,
  }, async () => {
    const seed = Number(process.env['RECOMP_SEED'] ?? Date.now() % 100_000);
    const random = new Random(seed);
    const keys: Sha256[] = [];
    let seen = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const url = await start();
      await load(url, random, 5 + random.below(60), keys);
      if (child?.exitCode === null && child.signalCode === null) await once(child, 'exit');
      const { results, blobs } = await inspect(keys);
      expect(blobs, `seed ${seed}`).toBeGreaterThan(0);
      seen += results;
    }
    expect(seen, `seed ${seed}`).toBeGreaterThan(0);
  });
});
