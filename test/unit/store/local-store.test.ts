import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestBytes, sha256 } from '../../../src/fingerprint/digest-bytes.ts';
import { treeOf } from '../../../src/fingerprint/tree.ts';
import { nativePart } from '../../../src/native/load-native.ts';
import type { BlobPlace } from '../../../src/ports/blob-store.ts';
import { cacheDirectory } from '../../../src/store/cache-directory.ts';
import { CompleteActionCache } from '../../../src/store/complete-action-cache.ts';
import { MINUTE, useRig } from './helpers.ts';

const rig = useRig();

describe('local blob store', () => {
  it('lays blobs out by hash, read-only, and leaves no temporary files', async () => {
    const digest = await rig.blobs.put(Buffer.from('a'));
    const path = join(rig.directory, 'cas', digest.hash.slice(0, 2), digest.hash);
    expect(rig.blobPath(digest)).toBe(path);
    expect(statSync(path).mode & 0o7777).toBe(0o444);
    expect(readdirSync(join(rig.directory, 'tmp'))).toEqual([]);
  });

  it('does not follow a link in a blob’s place, and heals it', async () => {
    const secret = join(rig.folder, 'secret');
    writeFileSync(secret, 'hello');
    const digest = digestBytes(Buffer.from('hello'));
    mkdirSync(dirname(rig.blobPath(digest)), { recursive: true });
    symlinkSync(secret, rig.blobPath(digest));
    expect(await rig.blobs.get(digest)).toBeUndefined();
    expect(rig.damage).toMatchObject([{ what: 'blob', hash: digest.hash, problem: 'not a file' }]);
    symlinkSync(secret, rig.blobPath(digest));
    await rig.blobs.put(Buffer.from('hello'));
    expect(lstatSync(rig.blobPath(digest)).isFile()).toBe(true);
    expect(existsSync(secret)).toBe(true);
  });

  it('notes a hit once an hour, a claim every few minutes', async () => {
    const digest = await rig.blobs.put(Buffer.from('a'));
    const path = rig.blobPath(digest);
    const ageMinutes = (): number => Math.round((Date.now() - statSync(path).mtimeMs) / MINUTE);
    rig.age(path, 50 * MINUTE);
    await rig.blobs.get(digest);
    await rig.blobs.missing([digest]);
    expect(ageMinutes()).toBe(50);
    await rig.blobs.put(Buffer.from('a'));
    expect(ageMinutes()).toBe(0);
    rig.age(path, 61 * MINUTE);
    await rig.blobs.get(digest);
    expect(ageMinutes()).toBe(0);
    rig.age(path, 61 * MINUTE);
    await rig.blobs.missing([digest]);
    expect(ageMinutes()).toBe(0);
  });

  it('places none that is damaged or not a file, and leaves it to be told by whoever asks for it', async () => {
    const names = ['flipped', 'short', 'linked', 'gone', 'good'] as const;
    const places: BlobPlace[] = [];
    for (const name of names)
      places.push({
        digest: await rig.blobs.put(Buffer.from(name)),
        executable: false,
        path: join(rig.folder, `out-${name}`),
        temporary: join(rig.folder, `new-${name}`),
      });
    const at = (i: number): string => rig.blobPath(places[i]?.digest ?? digestBytes(Buffer.alloc(0)));
    chmodSync(at(0), 0o644);
    writeFileSync(at(0), 'FLIPPED');
    chmodSync(at(1), 0o644);
    writeFileSync(at(1), 'sho');
    renameSync(at(2), join(rig.folder, 'elsewhere'));
    symlinkSync(join(rig.folder, 'elsewhere'), at(2));
    rmSync(at(3));
    const done = rig.blobs.placeMany(places, 1000).map((signature) => signature !== undefined);
    expect(done).toEqual([false, false, false, false, nativePart() !== undefined]);
    expect(readdirSync(rig.folder).filter((name) => /^(out|new)-/.test(name))).toEqual(
      nativePart() ? ['out-good'] : [],
    );
    expect(rig.damage).toEqual([]);
    for (const { digest, temporary } of places.slice(0, 4))
      expect(await rig.blobs.materialize(digest, temporary, false)).toBe(false);
    expect(rig.damage.map((d) => d.problem)).toEqual(['wrong content', 'wrong size', 'not a file']);
  });

  it('notes the use of what it places', async () => {
    const digest = await rig.blobs.put(Buffer.from('a'));
    rig.age(rig.blobPath(digest), 61 * MINUTE);
    const place = {
      digest,
      executable: false,
      path: join(rig.folder, 'a'),
      temporary: join(rig.folder, 't'),
    };
    const [done] = rig.blobs.placeMany([place], 1000);
    expect(done !== undefined).toBe(nativePart() !== undefined);
    if (done) expect(Date.now() - statSync(rig.blobPath(digest)).mtimeMs).toBeLessThan(60 * MINUTE);
  });

  it('counts what it adds, once', async () => {
    await rig.blobs.put(Buffer.from('a'));
    await rig.blobs.put(Buffer.from('a'));
    await rig.blobs.put(Buffer.alloc(5000));
    expect(rig.blobs.addedBytes).toBe(4096 + 8192);
  });
});

describe('local action cache', () => {
  const result = { outputs: [], isolation: 2 as const };
  const key = sha256('k');

  it('does not take another key’s entry for its own', async () => {
    await rig.results.put(key, result);
    const other = sha256('other');
    mkdirSync(dirname(rig.resultPath(other)), { recursive: true });
    const { linkSync } = await import('node:fs');
    linkSync(rig.resultPath(key), rig.resultPath(other));
    expect(await rig.results.get(other)).toBeUndefined();
    expect(rig.damage).toMatchObject([{ what: 'result', hash: other }]);
  });

  it('leaves an entry alone when only the time differs', async () => {
    await rig.results.put(key, { ...result, wallMs: 5 });
    const before = statSync(rig.resultPath(key)).ino;
    await rig.results.put(key, { ...result, wallMs: 6 });
    expect(statSync(rig.resultPath(key)).ino).toBe(before);
    expect((await rig.results.get(key))?.wallMs).toBe(5);
  });

  it('has no result for a directory whose Tree blob is gone', async () => {
    const content = { files: [], links: [], emptyDirs: ['x'] };
    const { rootDigest, treeDigest, tree } = treeOf(content);
    await rig.blobs.put(tree);
    await rig.results.put(key, {
      outputs: [{ kind: 'tree', path: 'd', rootDigest, treeDigest, content }],
      isolation: 1,
    });
    expect(await rig.results.get(key)).toBeDefined();
    rmSync(rig.blobPath(treeDigest));
    expect(await rig.results.get(key)).toBeUndefined();
  });
});

describe('complete results only', () => {
  it('hides a result while any blob it needs is gone', async () => {
    const blob = async (text: string) => rig.blobs.put(Buffer.from(text));
    const file = await blob('file');
    const inside = await blob('inside');
    const [stdout, stderr] = [await blob('out'), await blob('err')];
    const content = { files: [{ path: 'x', digest: inside, executable: false }], links: [], emptyDirs: [] };
    const { rootDigest, treeDigest, tree } = treeOf(content);
    await rig.blobs.put(tree);
    const key = sha256('k');
    await rig.results.put(key, {
      outputs: [
        { kind: 'tree', path: 'd', rootDigest, treeDigest, content },
        { kind: 'file', path: 'f', digest: file, executable: false },
      ],
      stdout,
      stderr,
      isolation: 2,
    });
    const complete = new CompleteActionCache(rig.results, rig.blobs);
    const texts = ['file', 'inside', 'out', 'err'];
    for (const [i, needed] of [file, inside, stdout, stderr].entries()) {
      expect(await complete.get(key)).toBeDefined();
      rmSync(rig.blobPath(needed));
      expect(await complete.get(key)).toBeUndefined();
      expect(await rig.results.get(key)).toBeDefined();
      await blob(texts[i] ?? '');
    }
    rmSync(rig.blobPath(treeDigest));
    expect(await complete.get(key)).toBeUndefined();
  });
});

describe('where the cache lies', () => {
  it.each([
    [{ RECOMP_CACHE_DIR: '/a', XDG_CACHE_HOME: '/b', HOME: '/h' }, '/a'],
    [{ RECOMP_CACHE_DIR: 'own/cache', HOME: '/h' }, '/ws/own/cache'],
    [{ RECOMP_CACHE_DIR: '', XDG_CACHE_HOME: '/b', HOME: '/h' }, '/b/recomp'],
    [{ XDG_CACHE_HOME: 'relative', HOME: '/h' }, '/h/.cache/recomp'],
    [{ HOME: '/h' }, '/h/.cache/recomp'],
  ])('%j: %s', (env, expected) => {
    expect(cacheDirectory(env, '/ws')).toBe(expected);
  });
});
