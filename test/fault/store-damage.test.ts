import { chmodSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/fingerprint/digest-bytes.ts';
import type { Digest } from '../../src/model/digest.ts';
import { CompleteActionCache } from '../../src/store/complete-action-cache.ts';
import { useRig } from '../unit/store/helpers.ts';

const rig = useRig();

const alter = (path: string, change: (bytes: Buffer) => void): void => {
  const bytes = readFileSync(path);
  change(bytes);
  chmodSync(path, 0o644);
  writeFileSync(path, bytes);
};

/** Something small enough to be read, and something large enough to be copied. */
const SIZES = [100, 300_000];

describe('a blob that rots on disk', () => {
  const rot: [string, (path: string) => void][] = [
    ['a flipped bit', (path) => alter(path, (bytes) => bytes.writeUInt8(bytes.readUInt8(50) ^ 1, 50))],
    ['a lost tail', (path) => truncateSync(path, 60)],
    ['nothing left', (path) => truncateSync(path, 0)],
    ['something added', (path) => writeFileSync(path, 'x', { flag: 'a' })],
    ['zeroes', (path) => alter(path, (bytes) => bytes.fill(0))],
  ];
  const ways: [string, (digest: Digest) => Promise<unknown>][] = [
    ['get', async (digest) => (await rig.blobs.get(digest)) !== undefined],
    ['materialize', (digest) => rig.blobs.materialize(digest, join(rig.folder, 'out'), false)],
  ];
  const cases = SIZES.flatMap((size) =>
    rot.flatMap(([what, harm]) => ways.map(([way, use]) => ({ size, what, harm, way, use }))),
  );

  it.each(cases)('$what in $size bytes: $way sees a miss, says so, and a rebuild heals it', async (c) => {
    const bytes = Buffer.alloc(c.size, 'abc');
    const digest = await rig.blobs.put(bytes);
    c.harm(rig.blobPath(digest));
    expect(await c.use(digest)).toBe(false);
    expect(existsSync(join(rig.folder, 'out'))).toBe(false);
    expect(rig.damage).toMatchObject([{ what: 'blob', hash: digest.hash }]);
    expect(await rig.blobs.missing([digest])).toEqual([digest]);
    await rig.blobs.put(bytes);
    expect(await c.use(digest)).toBe(true);
    expect(Buffer.compare((await rig.blobs.get(digest)) ?? Buffer.of(), bytes)).toBe(0);
  });

  it('a blob of the wrong size counts as missing, and is healed by storing it again', async () => {
    const digest = await rig.blobs.put(Buffer.from('abc'));
    truncateSync(rig.blobPath(digest), 2);
    await rig.blobs.put(Buffer.from('abc'));
    expect(rig.damage).toMatchObject([{ problem: 'wrong size' }]);
    expect(await rig.blobs.get(digest)).toEqual(Buffer.from('abc'));
  });
});

describe('a result that rots on disk', () => {
  it('is a miss at every torn length and with every flipped byte', async () => {
    const digest = await rig.blobs.put(Buffer.from('abc'));
    const key = sha256('k');
    const path = rig.resultPath(key);
    await rig.results.put(key, {
      outputs: [{ kind: 'file', path: 'f', digest, executable: true }],
      isolation: 2,
    });
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length; at++) {
      for (const bytes of [
        whole.subarray(0, at),
        Buffer.from(whole).fill((whole[at] ?? 0) ^ 0x10, at, at + 1),
      ]) {
        rmSync(path, { force: true });
        writeFileSync(path, bytes);
        expect(await rig.results.get(key)).toBeUndefined();
        expect(existsSync(path)).toBe(false);
      }
    }
    expect(rig.damage.length).toBe(2 * whole.length);
    await rig.results.put(key, { outputs: [], isolation: 1 });
    expect(await rig.results.get(key)).toEqual({ outputs: [], isolation: 1 });
  });

  it('whose blob is rotten is a hit only until the blob is found out', async () => {
    const { key, digest } = await rig.entry('f', 'abc', 0);
    const complete = new CompleteActionCache(rig.results, rig.blobs);
    alter(rig.blobPath(digest), (bytes) => bytes.fill(0));
    expect(await rig.blobs.materialize(digest, join(rig.folder, 'out'), false)).toBe(false);
    expect(await complete.get(key)).toBeUndefined();
  });
});
