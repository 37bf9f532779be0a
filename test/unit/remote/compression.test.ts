import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestBytes } from '../../../src/fingerprint/digest-bytes.ts';
import type { Digest } from '../../../src/model/digest.ts';
import { compress, decompress, hasZstd } from '../../../src/protocol/zstd.ts';
import { mayCompress, parseAddress } from '../../../src/remote/address.ts';
import { isRemoteFault } from '../../../src/remote/fault.ts';
import { gather } from '../../../src/remote/gather.ts';
import { GrpcTransport } from '../../../src/remote/grpc/grpc-transport.ts';
import { isWorthPacking, packedBytes, unpacked } from '../../../src/remote/packed.ts';
import { verifying } from '../../../src/remote/verify.ts';
import { type ServedCache, serveCache } from '../../support/served-cache.ts';

const text = (size: number): Buffer => Buffer.alloc(size, `${size} lines of something. `);

let cache: ServedCache;
let folder: string;
beforeAll(async () => {
  cache = await serveCache();
  folder = mkdtempSync(join(tmpdir(), 'recomp-compression-'));
});
afterAll(async () => {
  await cache.stop();
  rmSync(folder, { recursive: true, force: true });
});

const open = (compresses: boolean) =>
  verifying(new GrpcTransport({ target: cache.grpc.slice(7), instance: '', headers: {}, compresses }));

/** What the server has received and sent so far. */
async function moved(): Promise<readonly [received: number, sent: number]> {
  const said = await (await fetch(`${cache.http}/metrics`)).text();
  const of = (direction: string): number =>
    Number(new RegExp(`^recomp_cache_${direction}_bytes_total{.*grpc.*} (\\d+)`, 'm').exec(said)?.[1] ?? 0);
  return [of('received'), of('sent')];
}

async function roundTrip(bytes: Buffer, compresses: boolean): Promise<readonly [number, number]> {
  const transport = open(compresses);
  const digest = digestBytes(bytes);
  const [received, sent] = await moved();
  if (bytes.length > 100_000) {
    const path = join(folder, digest.hash);
    writeFileSync(path, bytes);
    await transport.upload(digest, path);
    expect(Buffer.compare((await transport.download(digest, gather)) ?? Buffer.alloc(0), bytes)).toBe(0);
  } else {
    await transport.write(digest, bytes);
    expect(Buffer.compare((await transport.read(digest)) ?? Buffer.alloc(0), bytes)).toBe(0);
  }
  transport.close();
  const now = await moved();
  return [now[0] - received, now[1] - sent];
}

it('is for other machines, unless somebody wants it anyway', () => {
  const address = (url: string) => {
    const parsed = parseAddress(url);
    if (!parsed.ok) throw new Error(parsed.error);
    return parsed.value;
  };
  for (const url of ['grpc://127.0.0.1:9092', 'grpc://localhost:1', 'grpc://[::1]:9092'])
    expect([url, mayCompress('auto', address(url)), mayCompress('always', address(url))]).toEqual([
      url,
      false,
      true,
    ]);
  const far = address('grpcs://cache.example:9092');
  expect([mayCompress('auto', far), mayCompress('off', far)]).toEqual([true, false]);
});

describe('where a node has no zstd', () => {
  it.skipIf(hasZstd())('all goes as it is, although it was asked for', async () => {
    expect(await roundTrip(text(2_000_000), true)).toEqual([2_000_000, 2_000_000]);
  });
});

describe.skipIf(!hasZstd())('compressed', () => {
  it.each([300, 90_000, 700_000, 5_000_000])('%i bytes of text travel as fewer', async (size) => {
    const [up, down] = await roundTrip(text(size), true);
    expect(up).toBeLessThan(size / 2);
    expect(up).toBeGreaterThan(0);
    if (size > 100_000) expect(down).toBeLessThan(size / 2);
  });

  it('nothing travels where nobody wants it', async () => {
    expect(await roundTrip(text(700_001), false)).toEqual([700_001, 700_001]);
  });

  it('what would not become less is sent as it is', async () => {
    const noise = randomBytes(700_000);
    expect((await roundTrip(noise, true))[0]).toBe(noise.length);
    expect(packedBytes(noise.subarray(0, 1000))).toBeUndefined();
    const path = join(folder, 'noise');
    writeFileSync(path, noise);
    expect(await isWorthPacking(path)).toBe(false);
  });

  it('a blob that is there already is not sent a second time to its end', async () => {
    await roundTrip(text(3_000_000), true);
    await roundTrip(text(3_000_000), true);
  });

  it('several frames, and such as are to be skipped, are one blob', async () => {
    const parts = ['first ', 'second ', 'third'].map((text) => compress(Buffer.from(text)));
    const skipped = Buffer.from('502a4d1803000000aabbcc', 'hex');
    const all = Buffer.concat([
      skipped,
      parts[0] ?? skipped,
      skipped,
      parts[1] ?? skipped,
      parts[2] ?? skipped,
    ]);
    const pieces = async function* (size: number) {
      for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size);
    };
    expect(Buffer.from(decompress(all, 18) ?? []).toString()).toBe('first second third');
    expect(decompress(all, 17)).toBeUndefined();
    for (const size of [1, 7, 1000])
      expect(Buffer.from(await gather(unpacked(pieces(size)))).toString()).toBe('first second third');
  });

  it('a file that became shorter is a fault, and so is what cannot be read', async () => {
    const bytes = text(900_000);
    const path = join(folder, 'short');
    writeFileSync(path, bytes.subarray(0, 500_000));
    const transport = open(true);
    const digest: Digest = digestBytes(bytes);
    await expect(transport.upload(digest, path)).rejects.toSatisfy(isRemoteFault);
    expect(await transport.missing([digest])).toEqual([digest]);
    transport.close();
    const nonsense = async function* () {
      yield randomBytes(1000);
    };
    await expect(gather(unpacked(nonsense()))).rejects.toMatchObject({ kind: 'damaged' });
  });
});
