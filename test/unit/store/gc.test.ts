import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestBytes, sha256 } from '../../../src/fingerprint/digest-bytes.ts';
import { treeOf } from '../../../src/fingerprint/tree.ts';
import { chooseEviction } from '../../../src/store/eviction.ts';
import { collectGarbage } from '../../../src/store/gc.ts';
import { keepWithinBounds } from '../../../src/store/keep-within-bounds.ts';
import { listStore } from '../../../src/store/list-store.ts';
import { removeEvicted } from '../../../src/store/remove-evicted.ts';
import { cacheStats } from '../../../src/store/stats.ts';
import { estimatedBytes, noteGrowth, recordMeasure, shouldCollect } from '../../../src/store/usage.ts';
import { verifyCache } from '../../../src/store/verify.ts';
import { DAY, MINUTE, useRig } from './helpers.ts';

const rig = useRig();
const ROOMY = { maxSizeBytes: 1e12 };
const block = (text: string): Buffer => Buffer.alloc(40_000, text);
/** One such entry: a blob of ten blocks and a result of one. */
const ENTRY = 11 * 4096;

describe('collection', () => {
  it('removes nothing that fits', async () => {
    const { key, digest } = await rig.entry('a', block('a'), 30 * DAY);
    const report = await collectGarbage(rig.directory, ROOMY);
    expect(report).toMatchObject({ removedResults: 0, removedBlobs: 0, freedBytes: 0, keptBytes: ENTRY });
    expect(await rig.results.get(key)).toBeDefined();
    expect(await rig.blobs.get(digest)).toBeDefined();
  });

  it('removes the least recently used until the rest fits, with some air', async () => {
    const entries = [];
    for (let i = 0; i < 10; i++) entries.push(await rig.entry(`e${i}`, block(`${i}`), (10 - i) * DAY));
    const report = await collectGarbage(rig.directory, { maxSizeBytes: 5 * ENTRY });
    expect(report).toMatchObject({ removedResults: 6, removedBlobs: 6, keptBytes: 4 * ENTRY });
    const left = entries.map(({ key, digest }) => [
      existsSync(rig.resultPath(key)),
      existsSync(rig.blobPath(digest)),
    ]);
    expect(left).toEqual([...Array(6).fill([false, false]), ...Array(4).fill([true, true])]);
  });

  it('keeps a blob that a kept result needs, however old it is', async () => {
    const old = await rig.entry('old', block('shared'), 9 * DAY);
    const young = await rig.entry('young', block('shared'), DAY);
    rig.age(rig.blobPath(young.digest), 20 * DAY);
    await rig.entry('filler', block('filler'), 2 * DAY);
    const report = await collectGarbage(rig.directory, { maxSizeBytes: 1.2 * ENTRY });
    expect(report).toMatchObject({ removedResults: 2, removedBlobs: 1 });
    expect(existsSync(rig.resultPath(old.key))).toBe(false);
    expect(await rig.results.get(young.key)).toBeDefined();
    expect(await rig.blobs.get(young.digest)).toBeDefined();
  });

  it('keeps what is in a directory output that is kept, and removes it with the result', async () => {
    const inside = await rig.blobs.put(block('inside'));
    const content = { files: [{ path: 'f', digest: inside, executable: false }], links: [], emptyDirs: [] };
    const { rootDigest, treeDigest, tree } = treeOf(content);
    await rig.blobs.put(tree);
    const key = sha256('dir');
    await rig.results.put(key, {
      outputs: [{ kind: 'tree', path: 'd', rootDigest, treeDigest, content }],
      isolation: 2,
    });
    const paths = [rig.blobPath(inside), rig.blobPath(treeDigest), rig.resultPath(key)];
    for (const path of paths) rig.age(path, 5 * DAY);
    await rig.entry('other', block('other'), 6 * DAY);
    await collectGarbage(rig.directory, { maxSizeBytes: 1.5 * ENTRY });
    expect(paths.map((path) => existsSync(path))).toEqual([true, true, true]);
    await collectGarbage(rig.directory, { ...ROOMY, maxAgeDays: 4 });
    expect(paths.map((path) => existsSync(path))).toEqual([false, false, false]);
  });

  it('removes what is too old, whatever its size', async () => {
    const old = await rig.entry('old', 'old', 8 * DAY);
    const young = await rig.entry('young', 'young', 6 * DAY);
    const orphan = await rig.blobs.put(Buffer.from('orphan'));
    rig.age(rig.blobPath(orphan), 8 * DAY);
    await collectGarbage(rig.directory, { ...ROOMY, maxAgeDays: 7 });
    expect(await rig.blobs.get(old.digest)).toBeUndefined();
    expect(await rig.blobs.get(orphan)).toBeUndefined();
    expect(await rig.blobs.get(young.digest)).toBeDefined();
  });

  it('leaves alone what a build may just be writing', async () => {
    const entry = await rig.entry('new', block('new'), 9 * MINUTE);
    const orphan = await rig.blobs.put(block('orphan'));
    await collectGarbage(rig.directory, { maxSizeBytes: 0 });
    expect(await rig.results.get(entry.key)).toBeDefined();
    expect(await rig.blobs.get(orphan)).toBeDefined();
  });

  it('spares a blob that was stored again while its old result went', async () => {
    const { digest } = await rig.entry('a', block('a'), 9 * DAY);
    await rig.blobs.put(block('a'));
    await collectGarbage(rig.directory, { maxSizeBytes: 0 });
    expect(await rig.blobs.get(digest)).toBeDefined();
  });

  it('removes results that can serve nobody', async () => {
    const torn = await rig.entry('torn', 'torn', DAY);
    rmSync(rig.resultPath(torn.key));
    writeFileSync(rig.resultPath(torn.key), 'RCR1'.padEnd(60, 'x'));
    rig.age(rig.resultPath(torn.key), DAY);
    const hollow = await rig.entry('hollow', 'hollow', DAY);
    rmSync(rig.blobPath(hollow.digest));
    expect(await collectGarbage(rig.directory, ROOMY)).toMatchObject({ removedResults: 2 });
    expect(existsSync(rig.resultPath(torn.key))).toBe(false);
    expect(existsSync(rig.resultPath(hollow.key))).toBe(false);
  });

  it('removes temporary files that nobody can still be writing', async () => {
    await rig.entry('a', 'a', DAY);
    const [stale, fresh] = [join(rig.directory, 'tmp/stale'), join(rig.directory, 'tmp/fresh')];
    for (const path of [stale, fresh]) writeFileSync(path, '');
    rig.age(stale, 1.1 * DAY);
    rig.age(fresh, 0.9 * DAY);
    expect(await collectGarbage(rig.directory, ROOMY)).toMatchObject({ removedTemporary: 1 });
    expect([existsSync(stale), existsSync(fresh)]).toEqual([false, true]);
  });

  it('does not take a clock that was wrong once for youth', async () => {
    const { digest } = await rig.entry('a', block('a'), -400 * DAY);
    await collectGarbage(rig.directory, { maxSizeBytes: 0 });
    expect(existsSync(rig.blobPath(digest))).toBe(false);
  });

  it('does not look into what is elsewhere, nor into what is not its own', async () => {
    const { digest } = await rig.entry('a', 'a', DAY);
    const elsewhere = join(rig.folder, 'elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, 'precious'), '');
    rig.age(join(elsewhere, 'precious'), 9 * DAY);
    rmSync(join(rig.directory, 'tmp'), { recursive: true });
    const free = digest.hash.startsWith('00') ? '01' : '00';
    for (const name of ['tmp', `cas/${free}`, 'cas/mine']) symlinkSync(elsewhere, join(rig.directory, name));
    await collectGarbage(rig.directory, { ...ROOMY, maxAgeDays: 5 });
    await verifyCache(rig.directory);
    expect(existsSync(join(elsewhere, 'precious'))).toBe(true);
  });

  it('does nothing to a cache that does not exist', async () => {
    expect(await collectGarbage(join(rig.folder, 'none'), ROOMY)).toMatchObject({
      removedBlobs: 0,
      keptBytes: 0,
    });
  });

  it('may run many times at once', async () => {
    for (let i = 0; i < 20; i++) await rig.entry(`e${i}`, block(`${i}.`), (30 - i) * DAY);
    const runs = await Promise.all(
      [1, 2, 3, 4].map(() => collectGarbage(rig.directory, { maxSizeBytes: 10 * ENTRY })),
    );
    expect(runs.reduce((sum, run) => sum + run.removedBlobs, 0)).toBe(11);
    expect(await cacheStats(rig.directory)).toMatchObject({ blobs: 9, results: 9 });
  });
});

describe('deciding whether to collect', () => {
  const limits = { maxSizeBytes: 1000 };
  const now = 1_000 * DAY;

  it('counts what was measured and what grew since', () => {
    mkdirSync(rig.directory);
    expect(shouldCollect(rig.directory, limits, now)).toBe(false);
    recordMeasure(rig.directory, 600, now - 11 * MINUTE);
    expect(shouldCollect(rig.directory, limits, now)).toBe(false);
    noteGrowth(rig.directory, 300);
    noteGrowth(rig.directory, 100);
    expect(estimatedBytes(rig.directory)).toBe(1000);
    expect(shouldCollect(rig.directory, limits, now)).toBe(false);
    noteGrowth(rig.directory, 1);
    expect(shouldCollect(rig.directory, limits, now)).toBe(true);
    recordMeasure(rig.directory, 900, now - 11 * MINUTE);
    expect(shouldCollect(rig.directory, limits, now)).toBe(false);
  });

  it('measures a cache that never was, and again after a day', () => {
    noteGrowth(rig.directory, 1);
    expect(shouldCollect(rig.directory, limits, now)).toBe(true);
    recordMeasure(rig.directory, 1, now - 2 * DAY);
    expect(shouldCollect(rig.directory, limits, now)).toBe(true);
  });

  it('rests after a collection that could not do enough', () => {
    recordMeasure(rig.directory, 5000, now - 9 * MINUTE);
    expect(shouldCollect(rig.directory, limits, now)).toBe(false);
    expect(shouldCollect(rig.directory, limits, now + 2 * MINUTE)).toBe(true);
  });

  it('does not trip over nonsense', () => {
    recordMeasure(rig.directory, 1, now);
    for (const text of ['', '{', '[]', 'null', '{"bytes":"x","atMs":1}']) {
      writeFileSync(join(rig.directory, 'measure.json'), text);
      writeFileSync(join(rig.directory, 'growth'), 'x\n\n-\n12y\n');
      expect(shouldCollect(rig.directory, limits, now)).toBe(true);
    }
  });

  it('a build notes, collects when needed, and then counts from there', async () => {
    for (let i = 0; i < 10; i++) await rig.entry(`e${i}`, block(`${i}`), (10 - i) * DAY);
    const report = await keepWithinBounds(rig.directory, { maxSizeBytes: 5 * ENTRY }, rig.blobs.addedBytes);
    expect(report?.removedBlobs).toBe(6);
    expect(estimatedBytes(rig.directory)).toBe(4 * ENTRY);
    expect(await keepWithinBounds(rig.directory, { maxSizeBytes: 5 * ENTRY }, 4096)).toBeUndefined();
    expect(readFileSync(join(rig.directory, 'growth'), 'utf8')).toBe('4096\n');
  });
});

describe('verification', () => {
  it('finds what is damaged, incomplete or stray, and removes it', async () => {
    const good = await rig.entry('good', 'good', DAY);
    const flipped = await rig.entry('flipped', 'flipped', DAY);
    const torn = await rig.entry('torn', 'torn', DAY);
    rmSync(rig.blobPath(flipped.digest));
    writeFileSync(rig.blobPath(flipped.digest), 'flippeD');
    writeFileSync(`${rig.resultPath(torn.key)}~`, '');
    rmSync(rig.resultPath(torn.key));
    writeFileSync(rig.resultPath(torn.key), 'RCR1');
    rig.age(rig.resultPath(flipped.key), DAY);
    const link = `${rig.blobPath(good.digest).slice(0, -3)}000`;
    symlinkSync('/etc/passwd', link);
    const seen: string[] = [];
    expect(await verifyCache(rig.directory, (d) => seen.push(`${d.what} ${d.hash}`))).toMatchObject({
      blobs: 3,
      results: 3,
      damagedBlobs: 1,
      damagedResults: 1,
      incompleteResults: 1,
      strays: 2,
    });
    expect(seen).toEqual([`blob ${flipped.digest.hash}`, `result ${torn.key}`]);
    expect(await verifyCache(rig.directory)).toEqual({
      blobs: 2,
      results: 1,
      bytes: 3 * 4096,
      damagedBlobs: 0,
      damagedResults: 0,
      incompleteResults: 0,
      strays: 0,
    });
    expect(await rig.results.get(good.key)).toBeDefined();
    expect(readFileSync('/etc/passwd').length).toBeGreaterThan(0);
  });
});

describe('statistics', () => {
  it('tell what is there', async () => {
    expect(await cacheStats(rig.directory)).toEqual({
      directory: rig.directory,
      blobs: 0,
      results: 0,
      bytes: 0,
      largestBlobBytes: 0,
      temporaryFiles: 0,
    });
    const { digest } = await rig.entry('a', block('a'), DAY);
    utimesSync(rig.blobPath(digest), 1000, 1000);
    expect(await cacheStats(rig.directory)).toMatchObject({
      blobs: 1,
      results: 1,
      bytes: ENTRY,
      largestBlobBytes: 40_000,
      oldestUseMs: 1_000_000,
    });
    expect(digest).toEqual(digestBytes(block('a')));
  });
});

describe('removing what was chosen', () => {
  const choose = async () => {
    const entries = (await listStore(rig.directory, 'ac')).files;
    const blobs = (await listStore(rig.directory, 'cas')).files;
    const needs = blobs.map((blob) => blob.hash);
    const uses = entries.map((entry) => ({ entry, needs, broken: false }));
    return chooseEviction(uses, blobs, { maxSizeBytes: 0 }, Date.now());
  };

  it('spares a result that was used meanwhile, and its blobs', async () => {
    const { key, digest } = await rig.entry('a', 'a', 9 * DAY);
    const eviction = await choose();
    expect(eviction).toMatchObject({ entries: [{}], blobs: [{}] });
    rig.age(rig.resultPath(key), 8 * DAY);
    expect(removeEvicted(eviction, Date.now())).toEqual({ gone: [], freed: [] });
    expect(existsSync(rig.blobPath(digest))).toBe(true);
  });

  it('spares a blob that was used meanwhile, though its result goes', async () => {
    const { digest } = await rig.entry('a', 'a', 9 * DAY);
    const eviction = await choose();
    rig.age(rig.blobPath(digest), 8 * DAY);
    expect(removeEvicted(eviction, Date.now())).toMatchObject({ gone: [{}], freed: [] });
  });

  it('does not count room that a young blob keeps', async () => {
    const { digest } = await rig.entry('a', 'a', 9 * DAY);
    rig.age(rig.blobPath(digest), 0);
    expect(await choose()).toMatchObject({ entries: [{}], blobs: [] });
  });
});
