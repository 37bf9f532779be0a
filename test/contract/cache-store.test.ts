import { randomBytes } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestBytes, sha256 } from '../../src/fingerprint/digest-bytes.ts';
import { writeDigest } from '../../src/fingerprint/reapi/digest.ts';
import { treeOf } from '../../src/fingerprint/tree.ts';
import { WireWriter } from '../../src/fingerprint/wire-writer.ts';
import type { Digest } from '../../src/model/digest.ts';
import type { Arrival } from '../../src/server/store/arrival.ts';
import {
  type CacheStore,
  type CacheStoreOptions,
  openCacheStore,
} from '../../src/server/store/open-cache-store.ts';

const MiB = 1024 * 1024;
const KEY = sha256('a key');
const NAME = { instance: '', key: KEY };

let folder: string;
const opened: CacheStore[] = [];
let faults: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recomp-served-'));
  faults = [];
});
afterEach(() => {
  for (const store of opened.splice(0)) store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(more: Partial<CacheStoreOptions> = {}): Promise<CacheStore> {
  for (const store of opened.splice(0)) store.close();
  const store = await openCacheStore({
    directory: folder,
    maxBytes: 64 * MiB,
    maxBlobBytes: 32 * MiB,
    replaceResults: false,
    onFault: (failure) => faults.push(failure.message),
    ...more,
  });
  if (!store.ok) throw new Error(store.error);
  opened.push(store.value);
  return store.value;
}

/** Sent in pieces, as networks do. */
async function send(store: CacheStore, digest: Digest, bytes: Uint8Array, piece = 65_536): Promise<Arrival> {
  const incoming = store.blobs.receive(digest);
  for (let at = 0; at < bytes.length; at += piece) await incoming.write(bytes.subarray(at, at + piece));
  return incoming.finish();
}

async function fetched(store: CacheStore, digest: Digest): Promise<Buffer | undefined> {
  const blob = await store.blobs.open(digest);
  if (blob === undefined) return undefined;
  const into = Buffer.alloc(blob.size);
  expect(await blob.read(into, 0)).toBe(blob.size);
  blob.close();
  return into;
}

/** Comparing large buffers by the test runner's own means takes seconds. */
const isFetched = async (store: CacheStore, digest: Digest, bytes: Buffer): Promise<boolean> =>
  (await fetched(store, digest))?.equals(bytes) === true;

const blobFiles = (): string[] => readdirSync(join(folder, 'v1/cas'), { recursive: true, encoding: 'utf8' });
const temporary = (): string[] => readdirSync(join(folder, 'v1/tmp'));

/** ActionResult { output_files 2 { path 1, digest 2 }, exit_code 4 }. */
function resultOf(files: readonly Digest[], exitCode = 0): Uint8Array {
  const writer = new WireWriter();
  for (const [i, digest] of files.entries()) {
    const start = writer.open(2);
    writer.text(1, `out/${i}`);
    writeDigest(writer, 2, digest);
    writer.close(start);
  }
  writer.number(4, exitCode);
  return writer.copy();
}

function put(store: CacheStore, bytes: Uint8Array): Digest {
  const digest = digestBytes(bytes);
  expect(['stored', 'present']).toContain(store.blobs.put(digest, bytes));
  return digest;
}

describe('blobs that are served', () => {
  it.each([1, 4096, 262_144, 262_145, 3 * MiB + 17])('keeps %i bytes, at once or in pieces', async (size) => {
    const bytes = randomBytes(size);
    const digest = digestBytes(bytes);
    const store = await open();
    expect(store.blobs.has(digest)).toBe(false);
    expect(await fetched(store, digest)).toBeUndefined();
    expect(await send(store, digest, bytes)).toBe('stored');
    expect(store.blobs.has(digest)).toBe(true);
    expect(await isFetched(store, digest, bytes)).toBe(true);
    expect(await send(store, digest, bytes)).toBe('present');
    expect(store.blobs.put(digest, bytes)).toBe('present');
    expect(temporary()).toEqual([]);
    expect(await isFetched(await open(), digest, bytes)).toBe(true);
  });

  it('has the empty blob, and nothing else that is empty', async () => {
    const store = await open();
    const empty = digestBytes(Buffer.alloc(0));
    expect(store.blobs.has(empty)).toBe(true);
    expect(await isFetched(store, empty, Buffer.alloc(0))).toBe(true);
    expect(store.blobs.put(empty, Buffer.alloc(0))).toBe('present');
    expect(store.blobs.has({ hash: KEY, size: 0 })).toBe(false);
    expect(store.blobs.put({ hash: KEY, size: 0 }, Buffer.alloc(0))).toBe('wrong-hash');
  });

  it.each([100, 2 * MiB])('refuses %i bytes that are not what their digest says', async (size) => {
    const store = await open();
    const bytes = randomBytes(size);
    const digest = digestBytes(bytes);
    const other = Buffer.from(bytes);
    other[size - 1] = (other[size - 1] ?? 0) ^ 1;
    expect(await send(store, digest, other)).toBe('wrong-hash');
    expect(await send(store, digest, bytes.subarray(1))).toBe('wrong-size');
    expect(await send(store, digest, Buffer.concat([bytes, bytes]))).toBe('wrong-size');
    expect(await send(store, { ...digest, size: size - 1 }, bytes)).toBe('wrong-size');
    expect(store.blobs.has(digest)).toBe(false);
    expect(store.figures()).toMatchObject({ blobs: 0, bytes: 0 });
  });

  it('does not take one size for another', async () => {
    const store = await open();
    const digest = put(store, Buffer.from('hello'));
    expect(store.blobs.has({ ...digest, size: 6 })).toBe(false);
    expect(await fetched(store, { ...digest, size: 6 })).toBeUndefined();
    expect(await fetched(store, { ...digest, size: 600_000 })).toBeUndefined();
  });

  it('refuses what is larger than it may be before a byte of it is kept', async () => {
    const store = await open({ maxBlobBytes: MiB });
    const bytes = Buffer.alloc(MiB + 1);
    expect(await send(store, digestBytes(bytes), bytes)).toBe('too-large');
    expect(store.blobs.receive({ hash: KEY, size: Number.MAX_SAFE_INTEGER }).refusal).toBe('too-large');
  });

  it('drives nothing out for a size that is only promised', async () => {
    const store = await open({ maxBytes: 4 * MiB, maxBlobBytes: 4 * MiB });
    const digest = put(store, randomBytes(1000));
    const promised = store.blobs.receive({ hash: KEY, size: 4 * MiB });
    await promised.write(Buffer.alloc(10));
    expect(store.blobs.has(digest)).toBe(true);
    promised.abort();
  });

  it('leaves nothing of an upload that was broken off', async () => {
    const store = await open();
    const bytes = randomBytes(5 * MiB);
    const incoming = store.blobs.receive(digestBytes(bytes));
    await incoming.write(bytes.subarray(0, 3 * MiB));
    incoming.abort();
    await expect.poll(temporary).toEqual([]);
    expect(store.figures().bytes).toBe(0);
    // Not even where pieces still wait to be written.
    const hasty = store.blobs.receive(digestBytes(bytes));
    for (let at = 0; at < 4 * MiB; at += MiB) void hasty.write(bytes.subarray(at, at + MiB));
    hasty.abort();
    await expect.poll(() => store.figures().bytes).toBe(0);
    await expect.poll(temporary).toEqual([]);
    expect(await send(store, digestBytes(bytes), bytes)).toBe('stored');
  });

  it('takes the same blob from several at once', async () => {
    const store = await open();
    const bytes = randomBytes(2 * MiB);
    const digest = digestBytes(bytes);
    const arrivals = await Promise.all(Array.from({ length: 5 }, () => send(store, digest, bytes)));
    expect(arrivals.filter((arrival) => arrival === 'stored')).toHaveLength(1);
    expect(arrivals.filter((arrival) => arrival === 'present')).toHaveLength(4);
    expect(store.figures()).toMatchObject({ blobs: 1, bytes: 2 * MiB });
    expect(temporary()).toEqual([]);
  });

  it('goes on giving out a blob that is evicted meanwhile', async () => {
    const store = await open({ maxBytes: 4 * MiB });
    const bytes = randomBytes(3 * MiB);
    const digest = put(store, bytes);
    const blob = await store.blobs.open(digest);
    put(store, randomBytes(2 * MiB));
    expect(store.blobs.has(digest)).toBe(false);
    const into = Buffer.alloc(3 * MiB);
    await blob?.read(into, 0);
    expect(into.equals(bytes)).toBe(true);
    blob?.close();
  });

  it.each([100, 2 * MiB])('gives out none of %i bytes that were torn while it was away', async (size) => {
    const bytes = randomBytes(size);
    const digest = put(await open(), bytes);
    const [path = ''] = blobFiles().filter((name) => name.endsWith(digest.hash));
    rmSync(join(folder, 'v1/cas', path));
    writeFileSync(join(folder, 'v1/cas', path), Buffer.alloc(size));
    const store = await open();
    expect(await fetched(store, digest)).toBeUndefined();
    expect(store.blobs.has(digest)).toBe(false);
    expect(store.figures().bytes).toBe(0);
    expect(store.blobs.put(digest, bytes)).toBe('stored');
    expect(await isFetched(store, digest, bytes)).toBe(true);
  });

  it('takes a file that somebody removed for a blob that is gone', async () => {
    const store = await open();
    for (const size of [100, 2 * MiB]) {
      const digest = put(store, randomBytes(size));
      rmSync(join(folder, 'v1/cas', digest.hash.slice(0, 2), digest.hash));
      expect(await fetched(store, digest)).toBeUndefined();
      expect(store.blobs.has(digest)).toBe(false);
    }
  });

  it('tidies up at its start: half files, odd names, empty ones', async () => {
    const digest = put(await open(), Buffer.from('good'));
    writeFileSync(join(folder, 'v1/tmp/1-left-over'), 'half');
    const shard = join(folder, 'v1/cas/ab');
    mkdirSync(shard, { recursive: true });
    writeFileSync(join(shard, 'odd'), 'odd');
    writeFileSync(join(shard, `ab${'0'.repeat(62)}`), '');
    const store = await open();
    expect(store.figures().blobs).toBe(1);
    expect(store.blobs.has(digest)).toBe(true);
    expect(temporary()).toEqual([]);
    expect(readdirSync(shard)).toEqual([]);
  });

  it('says who has the folder', async () => {
    await open();
    const second = await openCacheStore({
      directory: folder,
      maxBytes: MiB,
      maxBlobBytes: MiB,
      replaceResults: false,
      onFault: () => {},
    });
    expect(second).toEqual({ ok: false, error: `${folder} is in use by process ${process.pid}` });
  });
});

describe('the bound', () => {
  it('is never passed, and what was used longest ago goes first', async () => {
    const store = await open({ maxBytes: 4 * MiB });
    const old = put(store, randomBytes(MiB));
    const used = put(store, randomBytes(MiB));
    const other = put(store, randomBytes(MiB));
    expect(store.blobs.has(old)).toBe(true);
    expect(store.blobs.has(used)).toBe(true);
    put(store, randomBytes(2 * MiB));
    expect([old, used, other].map((digest) => store.blobs.find(digest.hash) !== undefined)).toEqual([
      true,
      true,
      false,
    ]);
    expect(store.figures().bytes).toBeLessThanOrEqual(4 * MiB);
    expect(store.figures().evictions).toBe(1);
  });

  it('counts what is on its way', async () => {
    const store = await open({ maxBytes: 4 * MiB });
    const bytes = randomBytes(3 * MiB);
    const first = store.blobs.receive(digestBytes(bytes));
    const second = store.blobs.receive({ hash: KEY, size: 3 * MiB });
    for (let at = 0; at < 3 * MiB; at += MiB) await first.write(bytes.subarray(at, at + MiB));
    for (let at = 0; at < 2 * MiB; at += MiB) await second.write(Buffer.alloc(MiB));
    expect(await second.finish()).toBe('full');
    expect(await first.finish()).toBe('stored');
    expect(store.figures().bytes).toBe(3 * MiB);
  });

  it('holds after a start with less, and remembers over restarts what was used', async () => {
    const first = await open();
    const digests = [1, 2, 3].map(() => put(first, randomBytes(MiB)));
    for (const [i, { hash }] of digests.entries()) {
      const at = Date.now() / 1000 - (i === 1 ? 10 : 1000 + i);
      utimesSync(join(folder, 'v1/cas', hash.slice(0, 2), hash), at, at);
    }
    const store = await open({ maxBytes: 1.5 * MiB });
    expect(digests.map((digest) => store.blobs.has(digest))).toEqual([false, true, false]);
  });

  it('writes down a use once in a while', async () => {
    let nowMs = Date.now();
    const store = await open({ now: () => nowMs });
    const { hash, size } = put(store, Buffer.from('used'));
    nowMs += 2 * 3_600_000;
    store.blobs.has({ hash, size });
    expect(statSync(join(folder, 'v1/cas', hash.slice(0, 2), hash)).mtimeMs).toBeCloseTo(nowMs, -2);
  });

  it('is kept by results too', async () => {
    const store = await open({ maxBytes: 64 * 1024 });
    const digest = put(store, Buffer.from('x'));
    for (let i = 0; i < 100; i++)
      expect(store.results.put({ instance: '', key: sha256(`${i}`) }, resultOf([digest], i + 1)).kind).toBe(
        'stored',
      );
    expect(store.figures().bytes).toBeLessThanOrEqual(64 * 1024);
    expect(store.figures().results).toBe(15);
  });
});

describe('results that are served', () => {
  it('come back as they came, from another process too', async () => {
    const store = await open();
    const message = resultOf([put(store, Buffer.from('one')), put(store, randomBytes(400_000))], 3);
    expect(store.results.get(NAME)).toBeUndefined();
    expect(store.results.put(NAME, message)).toEqual({ kind: 'stored' });
    expect(store.results.put(NAME, message)).toEqual({ kind: 'present' });
    expect(store.results.get(NAME)).toEqual(Buffer.from(message));
    expect((await open()).results.get(NAME)).toEqual(Buffer.from(message));
  });

  it('are not taken before their blobs are there', async () => {
    const store = await open();
    const digest = digestBytes(Buffer.from('later'));
    expect(store.results.put(NAME, resultOf([digest]))).toEqual({ kind: 'incomplete', missing: [digest] });
    expect(store.results.get(NAME)).toBeUndefined();
  });

  it('are not replaced by another outcome, unless that is wanted', async () => {
    const store = await open();
    const [first, second] = [resultOf([], 1), resultOf([], 2)];
    store.results.put(NAME, first);
    expect(store.results.put(NAME, second)).toEqual({ kind: 'kept', message: Buffer.from(first) });
    expect(store.results.get(NAME)).toEqual(Buffer.from(first));
    const replacing = await open({ replaceResults: true });
    expect(replacing.results.put(NAME, second)).toEqual({ kind: 'stored' });
    expect(replacing.results.get(NAME)).toEqual(Buffer.from(second));
    expect(replacing.figures().results).toBe(1);
  });

  it('belong to their instance', async () => {
    const store = await open();
    store.results.put({ instance: 'main', key: KEY }, resultOf([], 1));
    expect(store.results.get(NAME)).toBeUndefined();
    expect(store.results.get({ instance: 'pr/1', key: KEY })).toBeUndefined();
    expect(store.results.get({ instance: 'main', key: KEY })).toBeDefined();
  });

  it('go when a blob they need is gone', async () => {
    const store = await open();
    const digest = put(store, randomBytes(400_000));
    store.results.put(NAME, resultOf([digest]));
    rmSync(join(folder, 'v1/cas', digest.hash.slice(0, 2), digest.hash));
    expect(await fetched(store, digest)).toBeUndefined();
    expect(store.results.get(NAME)).toBeUndefined();
    expect(store.figures().results).toBe(0);
  });

  it('go when a file inside a folder they name is gone', async () => {
    const store = await open();
    const inside = put(store, randomBytes(400_000));
    const tree = treeOf({
      files: [{ path: 'a/b', digest: inside, executable: false }],
      links: [],
      emptyDirs: [],
    });
    const writer = new WireWriter();
    const start = writer.open(3);
    writer.text(1, 'dir');
    writeDigest(writer, 3, tree.treeDigest);
    writer.close(start);
    const message = writer.copy();
    expect(store.results.put(NAME, message)).toMatchObject({ kind: 'incomplete' });
    put(store, tree.tree);
    expect(store.results.put(NAME, message)).toEqual({ kind: 'stored' });
    expect(store.results.get(NAME)).toBeDefined();
    rmSync(join(folder, 'v1/cas', inside.hash.slice(0, 2), inside.hash));
    await fetched(store, inside);
    expect(store.results.get(NAME)).toBeUndefined();
  });

  it('keep what they need from being evicted before them', async () => {
    const store = await open({ maxBytes: 4 * MiB });
    const digest = put(store, randomBytes(MiB));
    store.results.put(NAME, resultOf([digest]));
    for (let i = 0; i < 10; i++) {
      put(store, randomBytes(MiB));
      expect(store.results.get(NAME)).toBeDefined();
      expect(store.blobs.find(digest.hash)).toBeDefined();
    }
  });

  it('are refused when they are no message, or no honest one', async () => {
    const store = await open();
    expect(store.results.put(NAME, Buffer.from('\xff\xff\xff'))).toEqual({ kind: 'damaged' });
    expect(store.results.put(NAME, Buffer.alloc(5 * MiB))).toEqual({ kind: 'too-large' });
  });

  it('are misses when their file is torn, or is another key’s', async () => {
    const store = await open();
    const other = { instance: '', key: sha256('other') };
    store.results.put(NAME, resultOf([], 1));
    store.results.put(other, resultOf([], 2));
    const path = ({ key }: typeof NAME) => join(folder, 'v1/ac', key.slice(0, 2), key);
    rmSync(path(other));
    mkdirSync(join(folder, 'v1/ac', other.key.slice(0, 2)), { recursive: true });
    writeFileSync(path(other), readFileSync(path(NAME)));
    rmSync(path(NAME));
    writeFileSync(path(NAME), readFileSync(path(other)).subarray(0, -1));
    expect(store.results.get(other)).toBeUndefined();
    expect(store.results.get(NAME)).toBeUndefined();
    expect(store.figures().results).toBe(0);
  });
});
