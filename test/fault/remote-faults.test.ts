import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestBytes, sha256 } from '../../src/fingerprint/digest-bytes.ts';
import { decodeActionResult } from '../../src/fingerprint/reapi/decode-action-result.ts';
import type { ActionResult } from '../../src/model/result.ts';
import { parseAddress } from '../../src/remote/address.ts';
import { lazyTransport } from '../../src/remote/lazy-transport.ts';
import { RemoteCache } from '../../src/remote/remote-cache.ts';
import type { Patience } from '../../src/remote/transport.ts';
import { LocalActionCache } from '../../src/store/local-action-cache.ts';
import { LocalBlobStore } from '../../src/store/local-blob-store.ts';
import { type FakeRemote, Refusal, startFakeRemote } from '../support/fake-remote.ts';
import { type Mishap, startFaultProxy } from '../support/fault-proxy.ts';

/** Of each kind, over each protocol: 3,360 in all when there is time. They wait more than they work, so many go at once. */
const RUNS = process.env['RECOMP_LONG'] ? 400 : 12;
const AT_ONCE = 12;
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const trust = { scope: 'main', trusted: ['main'], signing: { key: privateKey, signers: [publicKey] } };

/** Small ones travel in batches, the last in pieces. */
const BLOBS = [1, 40, 5000, 70_000, 600_000].map((size, i) => Buffer.alloc(size, `blob ${i}.`));
const results: readonly (readonly [key: ReturnType<typeof sha256>, result: ActionResult])[] = BLOBS.map(
  (bytes, i) => [
    sha256(`action ${i}`),
    {
      outputs: [{ kind: 'file', path: `o${i}`, digest: digestBytes(bytes), executable: false }],
      isolation: 2,
    },
  ],
);

const mishap: fc.Arbitrary<Mishap> = fc.record({
  kind: fc.constantFrom('cut', 'delay', 'truncate', 'flip', 'none'),
  afterBytes: fc.oneof(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: 800_000 })),
  side: fc.constantFrom('answer', 'request'),
});
const answers = fc.array(fc.constantFrom(0, 0, 0, 0, 413, 429, 500), { minLength: 1, maxLength: 12 });

let folder: string;
let whole: ReadonlyMap<string, Buffer>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'recomp-remote-'));
  const remote = await startFakeRemote();
  await give(remote.grpc);
  whole = new Map(remote.held);
  await remote.close();
  expect(whole.size).toBe(2 * BLOBS.length);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Each with a remote of its own, so that they can go side by side; the first that fails is told. */
async function schedules<T>(
  arbitrary: fc.Arbitrary<T>,
  count: number,
  check: (schedule: T, remote: FakeRemote) => Promise<void>,
): Promise<void> {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const waiting = fc.sample(arbitrary, { numRuns: count, seed }).entries();
  const lane = async (): Promise<void> => {
    for (const [index, schedule] of waiting) {
      const remote = await startFakeRemote();
      try {
        await check(schedule, remote);
      } catch (cause) {
        throw new Error(`schedule ${index} of seed ${seed}: ${JSON.stringify(schedule)}`, { cause });
      } finally {
        await remote.close();
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

function fill({ held }: FakeRemote): void {
  for (const [name, bytes] of whole) held.set(name, bytes);
}

let serial = 0;

/** For a connection that does what it likes; where nothing goes wrong, every answer is waited for. */
const HASTY = { answerMs: 150, connectMs: 500 };
const PATIENT = { answerMs: 120_000, connectMs: 120_000 };

function open(url: string, patience: Patience) {
  const directory = join(folder, String(serial++));
  const blobs = new LocalBlobStore({ directory });
  const local = { blobs, results: new LocalActionCache({ directory, blobs }) };
  const address = parseAddress(url);
  if (!address.ok) throw new Error(address.error);
  const transport = lazyTransport(address.value, { headers: {}, tls: {} }, patience);
  return { local, cache: new RemoteCache({ name: 'x', transport, local, write: true, trust }) };
}

/** What a build does that has run all the actions. */
async function give(url: string, patience = PATIENT): Promise<void> {
  const { local, cache } = open(url, patience);
  for (const bytes of BLOBS) await local.blobs.put(bytes);
  for (const [key, result] of results) cache.offer(key, 100, result);
  await cache.settle(120_000);
  cache.close();
}

/** What a build does that has nothing: every hit must be whole and right. The number of hits. */
async function take(url: string, patience = PATIENT): Promise<number> {
  const { local, cache } = open(url, patience);
  let hits = 0;
  const found = await Promise.all(results.map(([key]) => cache.lookup(key, 100, 'content')));
  for (const [i, result] of found.entries()) {
    if (!result) continue;
    hits++;
    const output = result.outputs[0];
    const bytes = output?.kind === 'file' ? await local.blobs.get(output.digest) : undefined;
    expect(Buffer.compare(bytes ?? Buffer.alloc(0), BLOBS[i] ?? Buffer.alloc(0))).toBe(0);
    expect(output).toEqual(results[i]?.[1].outputs[0]);
  }
  cache.close();
  return hits;
}

/** No blob is anything but what its name says, and no result promises what is not there. */
function expectSound({ held }: FakeRemote): void {
  for (const [name, bytes] of held) {
    if (name.includes('/cas/')) expect(sha256(bytes)).toBe(name.slice(-64));
    else
      for (const file of decodeActionResult(bytes)?.files ?? [])
        expect([...held.keys()].some((there) => there.endsWith(`/cas/${file.digest.hash}`))).toBe(true);
  }
}

describe.each(['grpc', 'http'] as const)('over %s', (scheme) => {
  const behind = async (
    remote: FakeRemote,
    mishaps: readonly Mishap[],
    act: (url: string) => Promise<unknown>,
  ): Promise<void> => {
    const proxy = await startFaultProxy(Number(new URL(remote[scheme]).port), mishaps);
    try {
      await act(`${scheme}://127.0.0.1:${proxy.port}`);
    } finally {
      await proxy.close();
    }
  };

  it('right bytes come, or none, whatever the connection does', () =>
    schedules(fc.array(mishap, { minLength: 1, maxLength: 8 }), RUNS, async (mishaps, remote) => {
      fill(remote);
      await behind(remote, mishaps, (url) => take(url, HASTY));
      expect(await take(remote[scheme])).toBe(results.length);
    }));

  // Over HTTP a changed address is another, valid request: what it stores elsewhere is a miss for whoever looks for it. And a
  // changed answer to what is missing may say that nothing is: nobody could know better, and who takes finds a miss there.
  const sending = mishap.filter(
    ({ kind, side }) => kind !== 'flip' || (scheme === 'grpc' && side === 'request'),
  );
  it('what arrives is whole, and promised only when it is there, whatever the connection does', () =>
    schedules(fc.array(sending, { minLength: 1, maxLength: 8 }), RUNS, async (mishaps, remote) => {
      await behind(remote, mishaps, (url) => give(url, HASTY));
      expectSound(remote);
      await take(remote[scheme]);
    }));

  it('a server that says 413, 429 or 500 now and then changes nothing but how much is shared', () =>
    schedules(answers, RUNS, async (script, remote) => {
      let count = 0;
      remote.onRequest = () => {
        const status = script[count++ % script.length] ?? 0;
        if (status !== 0) throw new Refusal(status);
      };
      await give(remote[scheme]);
      expectSound(remote);
      await take(remote[scheme]);
      remote.onRequest = () => {};
      await take(remote[scheme]);
    }));

  it('blobs that are other bytes than their names say are never used', () =>
    schedules(fc.tuple(fc.nat(), fc.nat()), Math.ceil(RUNS / 5), async ([which, where], remote) => {
      fill(remote);
      const names = [...whole.keys()].filter((name) => name.includes('/cas/'));
      const name = names[which % names.length] ?? '';
      const bytes = Buffer.from(whole.get(name) ?? []);
      bytes[where % bytes.length] = (bytes[where % bytes.length] ?? 0) ^ 1;
      remote.held.set(name, bytes);
      expect(await take(remote[scheme])).toBe(results.length - 1);
    }));

  it('half of the blobs gone costs as many hits, and nothing else', () =>
    schedules(fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }), RUNS, async (keep, remote) => {
      fill(remote);
      for (const [i, bytes] of BLOBS.entries()) if (!keep[i]) remote.held.delete(`/cas/${sha256(bytes)}`);
      expect(await take(remote[scheme])).toBe(keep.filter(Boolean).length);
    }));
});
