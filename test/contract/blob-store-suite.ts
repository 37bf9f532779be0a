import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestBytes } from '../../src/fingerprint/digest-bytes.ts';
import type { Digest } from '../../src/model/digest.ts';
import { nativePart } from '../../src/native/load-native.ts';
import type { BlobPlace, BlobStore } from '../../src/ports/blob-store.ts';
import { StorageFailure } from '../../src/ports/storage-failure.ts';

/** Small ones it then must place, all of them: only without the part in C may it do none. */
const canPlaceMany = (store: BlobStore): boolean =>
  store.placeMany !== undefined && nativePart() !== undefined;

/**
 * What every blob store must do. `make` gets an empty folder that is its own. `shared`: the store knows what other tests have
 * put, so that what is absent cannot be told.
 */
export function blobStoreContract(name: string, make: (folder: string) => BlobStore, shared = false): void {
  describe(`blob store: ${name}`, () => {
    let folder: string;
    let store: BlobStore;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'recomp-blobs-'));
      store = make(join(folder, 'store'));
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    const small = Buffer.from('hello');
    const sizes = [0, 1, 5, 4096, 262_144, 262_145, 3_000_000];
    const blobOf = (size: number): Buffer => Buffer.alloc(size, `${size}.`);

    it.each(sizes)('keeps a blob of %i bytes', async (size) => {
      const bytes = blobOf(size);
      const digest = await store.put(bytes);
      expect(digest).toEqual(digestBytes(bytes));
      expect(Buffer.compare((await store.get(digest)) ?? Buffer.from('none'), bytes)).toBe(0);
    });

    it.each(sizes)('keeps a file of %i bytes and lays it out again', async (size) => {
      const from = join(folder, 'from');
      const to = join(folder, 'to');
      writeFileSync(from, blobOf(size));
      const digest = digestBytes(blobOf(size));
      await store.putFile(from, digest);
      expect(await store.materialize(digest, to, false)).toBe(true);
      expect(Buffer.compare(readFileSync(to), blobOf(size))).toBe(0);
      expect(readFileSync(from).length).toBe(size);
    });

    it.skipIf(shared)('does not have what was never put', async () => {
      const digest = digestBytes(small);
      const to = join(folder, 'to');
      expect(await store.get(digest)).toBeUndefined();
      expect(await store.materialize(digest, to, false)).toBe(false);
      expect(await store.materialize({ ...digest, size: 3_000_000 }, to, false)).toBe(false);
      expect(existsSync(to)).toBe(false);
    });

    describe('many at once, where it can', () => {
      const outputs = (): string => join(folder, 'outputs');
      /** Each at a place of its own, in folders that are not there yet. */
      function placesFor(digests: readonly Digest[], executable = false): BlobPlace[] {
        mkdirSync(join(folder, 'unfinished'), { recursive: true });
        return digests.map((digest, i) => ({
          digest,
          executable,
          path: join(outputs(), `${i % 7}/deep/er`, `${i}`),
          temporary: join(folder, 'unfinished', `${i}`),
        }));
      }
      const mtimeMs = 1_700_000_000_000;
      const numbered = (count: number): Buffer[] =>
        Array.from({ length: count }, (_, i) => Buffer.from(`blob ${i} `.repeat((i % 50) + 1)));
      const putAll = async (blobs: readonly Buffer[]): Promise<Digest[]> => {
        const digests: Digest[] = [];
        for (const bytes of blobs) digests.push(await store.put(bytes));
        return digests;
      };

      it('places them whole, and says what lstat would', async () => {
        const blobs = numbered(400);
        const places = placesFor(await putAll(blobs));
        const placed = store.placeMany?.(places, mtimeMs);
        places.forEach(({ path }, i) => {
          const said = placed?.[i];
          expect(existsSync(path)).toBe(said !== undefined);
          if (!said) return;
          const { size, mtimeMs: mtime, ctimeMs, ino, mode } = lstatSync(path);
          expect(said).toMatchObject({ size, mtimeMs: mtime, ctimeMs, ino, mode });
          expect([mtime, mode & 0o777]).toEqual([mtimeMs, 0o644]);
          expect(readFileSync(path).equals(blobs[i] ?? Buffer.alloc(0))).toBe(true);
        });
        expect(readdirSync(join(folder, 'unfinished'))).toEqual([]);
        if (canPlaceMany(store)) expect(placed?.every((one) => one !== undefined)).toBe(true);
      });

      it('leaves what is there alone, and does what it can of the rest', async () => {
        const sizes = [0, 1, 262_144, 262_145, 7];
        const digests = await putAll(sizes.map(blobOf));
        const places = placesFor(digests, true);
        const taken = places[4]?.path ?? '';
        mkdirSync(join(taken, '..'), { recursive: true });
        writeFileSync(taken, 'mine');
        const placed = store.placeMany?.(places, mtimeMs) ?? [];
        expect(readFileSync(taken, 'utf8')).toBe('mine');
        expect(placed[4]).toBeUndefined();
        for (const [i, { path }] of places.entries()) {
          const said = placed[i];
          if (said) expect([statSync(path).mode & 0o777, statSync(path).size]).toEqual([0o755, sizes[i]]);
          else if (path !== taken) expect(existsSync(path)).toBe(false);
        }
        expect(readdirSync(join(folder, 'unfinished'))).toEqual([]);
      });

      it.skipIf(shared)('does nothing for what is not there', () => {
        const absent = placesFor([digestBytes(small), { ...digestBytes(small), size: 4 }]);
        expect(store.placeMany?.(absent, mtimeMs) ?? [undefined, undefined]).toEqual([undefined, undefined]);
        expect(existsSync(outputs())).toBe(false);
      });
    });

    it('has the empty blob from the start', async () => {
      const empty = digestBytes(Buffer.alloc(0));
      const to = join(folder, 'to');
      expect(await store.missing([empty])).toEqual([]);
      expect(await store.get(empty)).toEqual(new Uint8Array());
      expect(await store.materialize(empty, to, false)).toBe(true);
      expect(readFileSync(to).length).toBe(0);
    });

    it.skipIf(shared)('says which are missing, in order', async () => {
      const [a, b, c] = [
        digestBytes(Buffer.from('a')),
        await store.put(Buffer.from('b')),
        digestBytes(small),
      ];
      expect(await store.missing([c, b, a])).toEqual([c, a]);
    });

    it('does not take one size for another', async () => {
      const digest = await store.put(small);
      expect(await store.missing([{ ...digest, size: 6 }])).toEqual([{ ...digest, size: 6 }]);
    });

    it.each([5, 300_000])(
      'lays out %i bytes with the modes of outputs, in folders not there yet',
      async (size) => {
        const digest = await store.put(blobOf(size));
        for (const executable of [false, true]) {
          const to = join(folder, `deep/er/${executable}`);
          expect(await store.materialize(digest, to, executable)).toBe(true);
          expect((statSync(to).mode & 0o7777).toString(8)).toBe(executable ? '755' : '644');
        }
      },
    );

    it.each([5, 300_000])('is not harmed when a laid-out file of %i bytes changes', async (size) => {
      const digest = await store.put(blobOf(size));
      const to = join(folder, 'to');
      await store.materialize(digest, to, false);
      writeFileSync(to, 'changed');
      expect((await store.get(digest))?.length).toBe(size);
    });

    it.each([5, 300_000])('is not harmed when a stored file of %i bytes changes later', async (size) => {
      const from = join(folder, 'from');
      writeFileSync(from, blobOf(size));
      const digest = digestBytes(blobOf(size));
      await store.putFile(from, digest);
      writeFileSync(from, Buffer.alloc(size));
      expect(await store.materialize(digest, join(folder, 'to'), false)).toBe(true);
    });

    it('does not overwrite: where something lies already is the caller’s mistake', async () => {
      const to = join(folder, 'to');
      writeFileSync(to, 'mine');
      for (const size of [5, 300_000]) {
        const digest = await store.put(blobOf(size));
        await expect(store.materialize(digest, to, false)).rejects.toThrow('EEXIST');
      }
      expect(readFileSync(to, 'utf8')).toBe('mine');
    });

    it('keeps its own copy of what it was given, and gives out copies', async () => {
      const mine = Buffer.from('hello');
      const digest = await store.put(mine);
      mine[0] = 0;
      const given = await store.get(digest);
      given?.fill(0);
      expect(Buffer.from((await store.get(digest)) ?? []).toString()).toBe('hello');
    });

    it.skipIf(shared)('notices a file that is no longer what its digest says', async () => {
      const from = join(folder, 'from');
      writeFileSync(from, 'world');
      const failure = await store.putFile(from, digestBytes(small)).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(StorageFailure);
      expect(await store.get(digestBytes(small))).toBeUndefined();
    });

    it('takes the same blob many times, at once too', async () => {
      await Promise.all(Array.from({ length: 8 }, () => store.put(small)));
      expect(await store.get(digestBytes(small))).toBeDefined();
    });

    it('reads a source that is read-only', async () => {
      const from = join(folder, 'from');
      writeFileSync(from, blobOf(300_000));
      chmodSync(from, 0o444);
      await store.putFile(from, digestBytes(blobOf(300_000)));
      expect(await store.missing([digestBytes(blobOf(300_000))])).toEqual([]);
    });
  });
}
