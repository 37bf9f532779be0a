import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { digestBytes, sha256 } from '../../../src/fingerprint/digest-bytes.ts';
import type { ActionResult } from '../../../src/model/result.ts';
import type { Kept, KeptReply } from '../../../src/remote/keep/keeper-messages.ts';
import { KeepingStore } from '../../../src/remote/keep/keeping-store.ts';
import { LocalActionCache } from '../../../src/store/local-action-cache.ts';
import { LocalBlobStore } from '../../../src/store/local-blob-store.ts';

let folder: string;
let blobs: LocalBlobStore;
let results: LocalActionCache;
let lots: { readonly lot: readonly Kept[]; readonly done: (reply: KeptReply) => void }[];
let faults: (string | undefined)[];
let store: KeepingStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recomp-keeping-'));
  blobs = new LocalBlobStore({ directory: join(folder, 'cache') });
  results = new LocalActionCache({ directory: join(folder, 'cache'), blobs });
  lots = [];
  faults = [];
  store = new KeepingStore({
    blobs,
    results,
    open: () => ({ keep: (lot, done) => void lots.push({ lot, done }), close: () => {} }),
    onReply: ({ fault }) => void faults.push(fault),
  });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const blob = (i: number): Buffer => Buffer.from(`blob ${i}`);
const resultOf = (i: number): ActionResult => ({
  outputs: [{ kind: 'file', path: 'o', digest: digestBytes(blob(i)), executable: false }],
  isolation: 2,
});
const FEW = 64;

async function keep(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await store.keep(blob(i));
}

it('a few are written at once', async () => {
  await keep(FEW);
  await store.keepResult(sha256('a'), resultOf(0));
  expect(lots).toEqual([]);
  expect(await blobs.missing([digestBytes(blob(FEW - 1))])).toEqual([]);
  expect(await results.get(sha256('a'))).toEqual(resultOf(0));
});

it('many are had from memory until they are on disk, and results come after what they name', async () => {
  await keep(FEW + 3);
  const digest = digestBytes(blob(FEW + 1));
  await store.keepResult(sha256('a'), resultOf(FEW + 1));
  expect(await blobs.missing([digest])).toEqual([digest]);
  expect(await store.missing([digest])).toEqual([]);
  expect(Buffer.from((await store.get(digest)) ?? []).toString()).toBe(`blob ${FEW + 1}`);
  const to = join(folder, 'out/x');
  expect(await store.materialize(digest, to, true)).toBe(true);
  expect(readFileSync(to, 'utf8')).toBe(`blob ${FEW + 1}`);
  let settled = false;
  const settling = store.settle().then(() => {
    settled = true;
  });
  expect(lots.map(({ lot }) => lot.map(({ kind }) => kind))).toEqual([['blob', 'blob', 'blob', 'result']]);
  expect(settled).toBe(false);
  lots[0]?.done({ count: 4, damaged: [] });
  await settling;
  // The one who was to write it did not: it is not here, and may be fetched again.
  expect(await store.missing([digest])).toEqual([digest]);
  expect(store.addedBytes).toBe(3 * 4096);
});

it('what cannot be written is told, and nobody waits for it', async () => {
  await keep(FEW + 1);
  const settling = store.settle();
  lots[0]?.done({ count: 0, damaged: [], fault: 'no room' });
  await settling;
  expect(faults).toEqual(['no room']);
});

it('what is made here is written at once, however much came before', async () => {
  await keep(FEW + 5);
  const digest = await store.put(Buffer.from('made here'));
  expect(existsSync(blobs.pathOf(digest))).toBe(true);
});
