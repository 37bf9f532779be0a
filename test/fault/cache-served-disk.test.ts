import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestBytes } from '../../src/fingerprint/digest-bytes.ts';
import type { Digest } from '../../src/model/digest.ts';
import { type CacheStore, openCacheStore } from '../../src/server/store/open-cache-store.ts';

const MiB = 1024 * 1024;
const canMount = ((): boolean => {
  try {
    execFileSync('unshare', ['-m', 'true'], { stdio: 'ignore' });
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
})();

let small: string;
let store: CacheStore;
let said: string[];

async function open(): Promise<CacheStore> {
  said = [];
  const opened = await openCacheStore({
    directory: small,
    maxBytes: 1024 * MiB,
    maxBlobBytes: 64 * MiB,
    replaceResults: false,
    onFault: ({ problem }) => said.push(problem),
  });
  if (!opened.ok) throw new Error(opened.error);
  return opened.value;
}

beforeEach(async () => {
  small = mkdtempSync(join(tmpdir(), 'recomp-full-'));
  if (canMount) execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', small]);
  store = await open();
});
afterEach(() => {
  store.close();
  if (canMount) execFileSync('umount', ['-l', small]);
  rmSync(small, { recursive: true, force: true });
});

const free = (): number => {
  const { bsize, bavail } = statfsSync(small);
  return bsize * bavail;
};

async function send(bytes: Buffer): Promise<string> {
  const incoming = store.blobs.receive(digestBytes(bytes));
  for (let at = 0; at < bytes.length; at += 65_536) await incoming.write(bytes.subarray(at, at + 65_536));
  return incoming.finish();
}

const sound = (digest: Digest, bytes: Buffer): boolean => store.blobs.read(digest)?.equals(bytes) === true;

describe.skipIf(!canMount)('a disk that is smaller than the bound', () => {
  it('is the bound, and never filled to its end', async () => {
    expect(store.figures().maxBytes).toBeLessThan(16 * MiB);
    for (let i = 0; i < 20; i++) expect(await send(randomBytes(2 * MiB))).toBe('stored');
    expect(free()).toBeGreaterThan(0);
    expect(said).toEqual([]);
    store.close();
    store = await open();
    expect(store.figures().blobs).toBeGreaterThan(4);
  });
});

describe.skipIf(!canMount)('a disk that somebody else fills', () => {
  it('costs uploads, and nothing that was there but for the room they need', async () => {
    const kept = Array.from({ length: 5 }, () => randomBytes(MiB));
    for (const bytes of kept) expect(await send(bytes)).toBe('stored');
    writeFileSync(join(small, 'filler'), Buffer.alloc(free() - 64 * 1024));
    expect(await send(randomBytes(2 * MiB))).toBe('full');
    expect(store.blobs.put(digestBytes(Buffer.alloc(200_000)), Buffer.alloc(200_000))).toBe('stored');
    expect(new Set(said)).toEqual(new Set(['full']));
    expect(readdirSync(join(small, 'v1/tmp'))).toEqual([]);
    const left = kept.filter((bytes) => store.blobs.has(digestBytes(bytes)));
    expect(left.length).toBeGreaterThan(0);
    expect(left.every((bytes) => sound(digestBytes(bytes), bytes))).toBe(true);
    expect(await send(randomBytes(MiB))).toBe('stored');
    rmSync(join(small, 'filler'));
    const bytes = randomBytes(3 * MiB);
    expect(await send(bytes)).toBe('stored');
    expect(sound(digestBytes(bytes), bytes)).toBe(true);
  });
});
