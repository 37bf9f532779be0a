import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestBytes, sha256 } from '../../src/fingerprint/digest-bytes.ts';
import { treeOf } from '../../src/fingerprint/tree.ts';
import type { ActionResult, OutputResult, TreeContent } from '../../src/model/result.ts';
import type { ActionCache } from '../../src/ports/action-cache.ts';
import type { BlobStore } from '../../src/ports/blob-store.ts';
import { InMemoryBlobStore } from '../../src/store/in-memory-blob-store.ts';

/** What every action cache must do. `make` gets an empty folder that is its own, and the blobs beside the results. */
export function actionCacheContract(
  name: string,
  make: (folder: string, blobs: BlobStore) => ActionCache,
): void {
  describe(`action cache: ${name}`, () => {
    let folder: string;
    let blobs: BlobStore;
    let cache: ActionCache;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'recomp-results-'));
      blobs = new InMemoryBlobStore();
      cache = make(folder, blobs);
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    const key = sha256('an action');
    const bytes = Buffer.from('content');
    const file = (path: string, executable = false): OutputResult => ({
      kind: 'file',
      path,
      digest: digestBytes(bytes),
      executable,
    });
    const content: TreeContent = {
      files: [
        { path: 'a.txt', digest: digestBytes(bytes), executable: false },
        { path: 'b/run', digest: digestBytes(bytes), executable: true },
      ],
      links: [{ path: 'b/link', target: '../a.txt' }],
      emptyDirs: ['void/within'],
    };
    const tree = (path: string, of = content): OutputResult => {
      const { rootDigest, treeDigest } = treeOf(of);
      return { kind: 'tree', path, rootDigest, treeDigest, content: of };
    };
    const store = async (result: ActionResult): Promise<void> => {
      await blobs.put(bytes);
      for (const output of result.outputs)
        if (output.kind === 'tree') await blobs.put(treeOf(output.content).tree);
      await cache.put(key, result);
    };

    it('has nothing at first', async () => {
      expect(await cache.get(key)).toBeUndefined();
    });

    it('gives back the whole result, outputs sorted by path', async () => {
      const stdout = digestBytes(bytes);
      const stderr = digestBytes(Buffer.from('warning'));
      await blobs.put(Buffer.from('warning'));
      const outputs = [file('o/z', true), tree('o/d'), file('o/a')];
      await store({ outputs, stdout, stderr, isolation: 2, wallMs: 17 });
      expect(await cache.get(key)).toEqual({
        outputs: [file('o/a'), tree('o/d'), file('o/z', true)],
        stdout,
        stderr,
        isolation: 2,
        wallMs: 17,
      });
    });

    it.each([0, 1, 2] as const)(
      'remembers isolation level %i, and no more than it was told',
      async (isolation) => {
        await store({ outputs: [], isolation });
        expect(await cache.get(key)).toEqual({ outputs: [], isolation });
      },
    );

    it('keeps an empty directory output', async () => {
      const empty = { files: [], links: [], emptyDirs: [] };
      await store({ outputs: [tree('o/d', empty)], isolation: 1 });
      expect(await cache.get(key)).toEqual({ outputs: [tree('o/d', empty)], isolation: 1 });
    });

    it('keeps keys apart and takes the last of two results', async () => {
      await store({ outputs: [file('a')], isolation: 2 });
      await store({ outputs: [file('b')], isolation: 2 });
      expect((await cache.get(key))?.outputs).toEqual([file('b')]);
      expect(await cache.get(sha256('another'))).toBeUndefined();
    });

    it('raises and lowers the isolation with a new result', async () => {
      await store({ outputs: [file('a')], isolation: 0 });
      await store({ outputs: [file('a')], isolation: 2 });
      expect((await cache.get(key))?.isolation).toBe(2);
    });
  });
}
