import { randomBytes } from 'node:crypto';
import * as zlib from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestBytes } from '../../../src/fingerprint/digest-bytes.ts';
import type { Digest } from '../../../src/model/digest.ts';
import { readName, writeName } from '../../../src/protocol/resource-name.ts';
import { byteStreamService, capabilitiesService, casService } from '../../../src/protocol/services.ts';
import { STATUS } from '../../../src/protocol/status.ts';
import { hasZstd } from '../../../src/protocol/zstd.ts';
import { type Answer, type RawGrpc, rawGrpc } from '../../support/raw-grpc.ts';
import { type ServedCache, serveCache } from '../../support/served-cache.ts';

const { Read, Write } = byteStreamService;

let cache: ServedCache;
let client: RawGrpc;
beforeAll(async () => {
  cache = await serveCache();
  client = rawGrpc(cache.grpc);
});
afterAll(async () => {
  client.close();
  await cache.stop();
});

/** Node's own, which the types of Node 20 do not know. */
function zstd(name: 'zstdCompressSync' | 'zstdDecompressSync', bytes: Uint8Array): Buffer {
  const made: unknown = Reflect.apply(Reflect.get(zlib, name), zlib, [bytes]);
  if (!Buffer.isBuffer(made)) throw new Error('no buffer');
  return made;
}

function write(bytes: Uint8Array, digest: Digest): Promise<Answer> {
  const resource = writeName({ instance: '', digest, zstd: true }, 'u');
  const half = Math.floor(bytes.length / 2);
  return client.call(Write.path, [
    Write.requestSerialize({ resource, offset: 0, finish: false, data: bytes.subarray(0, half) }),
    Write.requestSerialize({ resource: '', offset: half, finish: true, data: bytes.subarray(half) }),
  ]);
}

const committed = ({ messages: [message] }: Answer): number | undefined =>
  message && Write.responseDeserialize(message).committed;

async function capabilities() {
  const { GetCapabilities } = capabilitiesService;
  const { messages } = await client.call(GetCapabilities.path, [
    GetCapabilities.requestSerialize({ instance: '' }),
  ]);
  return GetCapabilities.responseDeserialize(messages[0] ?? Buffer.alloc(0)).cache;
}

describe('compressed transfers', () => {
  it('are offered where this node can do it', async () => {
    const expected = hasZstd() ? [0, 1] : [0];
    expect(await capabilities()).toMatchObject({ compressors: expected, batchCompressors: expected });
  });

  it.skipIf(hasZstd())('are refused where it cannot', async () => {
    const bytes = randomBytes(10);
    expect((await write(bytes, digestBytes(bytes))).status).toBe(STATUS.unimplemented);
  });
});

describe.skipIf(!hasZstd())('zstd', () => {
  const text = (size: number): Buffer => Buffer.alloc(size, `${size} lines of something. `);

  it.each([10, 300_000, 5_000_000])('takes and gives %i bytes', async (size) => {
    const bytes = Buffer.concat([text(size), randomBytes(Math.floor(size / 10))]);
    const digest = digestBytes(bytes);
    const packed = zstd('zstdCompressSync', bytes);
    const written = await write(packed, digest);
    expect([written.status, committed(written)]).toEqual([STATUS.ok, packed.length]);
    expect(committed(await write(packed, digest))).toBe(-1);
    for (const offset of [0, 7]) {
      const resource = readName({ instance: '', digest, zstd: true });
      const answer = await client.call(Read.path, [Read.requestSerialize({ resource, offset, limit: 0 })]);
      const given = Buffer.concat(answer.messages.map((m) => Read.responseDeserialize(m).data));
      expect(answer.status).toBe(STATUS.ok);
      expect(given.length).toBeLessThan(bytes.length + 100);
      expect(zstd('zstdDecompressSync', given).equals(bytes.subarray(offset))).toBe(true);
    }
  });

  it('takes no more than was announced, however much a few bytes become', async () => {
    const packed = zstd('zstdCompressSync', Buffer.alloc(50_000_000));
    const digest = digestBytes(Buffer.alloc(1000));
    expect((await write(packed, digest)).status).toBe(STATUS.invalidArgument);
    const large = digestBytes(Buffer.alloc(1_000_000));
    expect((await write(packed, large)).status).toBe(STATUS.invalidArgument);
    expect(cache.store.figures().bytes).toBeLessThan(20_000_000);
  });

  it('refuses what is not compressed', async () => {
    const bytes = randomBytes(400_000);
    expect((await write(bytes, digestBytes(bytes))).status).toBe(STATUS.invalidArgument);
    const torn = zstd('zstdCompressSync', bytes).subarray(0, -10);
    expect((await write(torn, digestBytes(bytes))).status).toBe(STATUS.invalidArgument);
    expect(cache.store.blobs.has(digestBytes(bytes))).toBe(false);
    expect((await write(zstd('zstdCompressSync', bytes), digestBytes(bytes))).status).toBe(STATUS.ok);
  });

  it('comes in batches too', async () => {
    const { BatchUpdateBlobs } = casService;
    const bytes = text(100_000);
    const blobs = [
      { digest: digestBytes(bytes), data: zstd('zstdCompressSync', bytes), compressor: 1 },
      {
        digest: { ...digestBytes(text(50)), size: 10 },
        data: zstd('zstdCompressSync', text(50)),
        compressor: 1,
      },
      { digest: digestBytes(text(60)), data: text(60), compressor: 2 },
    ];
    const { messages } = await client.call(BatchUpdateBlobs.path, [
      BatchUpdateBlobs.requestSerialize({ instance: '', blobs }),
    ]);
    const { responses } = BatchUpdateBlobs.responseDeserialize(messages[0] ?? Buffer.alloc(0));
    expect(responses.map(({ status }) => status.code)).toEqual([
      STATUS.ok,
      STATUS.invalidArgument,
      STATUS.invalidArgument,
    ]);
    expect(cache.store.blobs.read(digestBytes(bytes))?.equals(bytes)).toBe(true);
  });
});
