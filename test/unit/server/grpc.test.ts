import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestBytes, sha256 } from '../../../src/fingerprint/digest-bytes.ts';
import { treeOf } from '../../../src/fingerprint/tree.ts';
import type { Digest } from '../../../src/model/digest.ts';
import {
  actionCacheService,
  byteStreamService,
  capabilitiesService,
  casService,
} from '../../../src/protocol/services.ts';
import { STATUS } from '../../../src/protocol/status.ts';
import { createAccess, parseGrants } from '../../../src/server/access.ts';
import { type Answer, frame, type RawGrpc, rawGrpc } from '../../support/raw-grpc.ts';
import { type ServedCache, serveCache } from '../../support/served-cache.ts';

const MiB = 1024 * 1024;
const { Read, Write, QueryWriteStatus } = byteStreamService;
const { FindMissingBlobs, BatchUpdateBlobs, BatchReadBlobs, GetTree } = casService;
const { GetActionResult, UpdateActionResult } = actionCacheService;
const { GetCapabilities } = capabilitiesService;

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

const name = ({ hash, size }: Digest): string => `blobs/${hash}/${size}`;
const upload = (digest: Digest): string => `uploads/1234/${name(digest)}`;

/** A Write's messages, each with so many bytes. */
function pieces(resource: string, bytes: Uint8Array, piece = 60_000): Buffer[] {
  const found: Buffer[] = [];
  for (let offset = 0; offset === 0 || offset < bytes.length; offset += piece) {
    const data = bytes.subarray(offset, offset + piece);
    const finish = offset + piece >= bytes.length;
    found.push(Write.requestSerialize({ resource: offset === 0 ? resource : '', offset, finish, data }));
  }
  return found;
}

const write = (bytes: Uint8Array, digest = digestBytes(bytes)): Promise<Answer> =>
  client.call(Write.path, pieces(upload(digest), bytes));
const read = (digest: Digest, offset = 0, limit = 0): Promise<Answer> =>
  client.call(Read.path, [Read.requestSerialize({ resource: name(digest), offset, limit })]);
const dataOf = (answer: Answer): Buffer =>
  Buffer.concat(answer.messages.map((message) => Read.responseDeserialize(message).data));
const committed = ({ messages: [message] }: Answer): number | undefined =>
  message && Write.responseDeserialize(message).committed;

describe('ByteStream', () => {
  it.each([1, 300_000, 5 * MiB + 3])('keeps %i bytes', async (size) => {
    const bytes = randomBytes(size);
    const digest = digestBytes(bytes);
    expect((await read(digest)).status).toBe(STATUS.notFound);
    const written = await write(bytes);
    expect([written.status, committed(written)]).toEqual([STATUS.ok, size]);
    const answer = await read(digest);
    expect([answer.status, dataOf(answer).equals(bytes)]).toEqual([STATUS.ok, true]);
  });

  it('reads a part', async () => {
    const bytes = randomBytes(600_000);
    const digest = digestBytes(bytes);
    await write(bytes);
    expect(dataOf(await read(digest, 599_990)).equals(bytes.subarray(599_990))).toBe(true);
    expect(dataOf(await read(digest, 1000, 299_000)).equals(bytes.subarray(1000, 300_000))).toBe(true);
    expect((await read(digest, 600_000)).messages).toEqual([]);
    expect((await read(digest, 600_001)).status).toBe(STATUS.outOfRange);
  });

  it('has the empty blob', async () => {
    const answer = await read(digestBytes(Buffer.alloc(0)));
    expect([answer.status, answer.messages]).toEqual([STATUS.ok, []]);
  });

  it('ends an upload early whose blob is there', async () => {
    const bytes = randomBytes(3 * MiB);
    await write(bytes);
    const { stream, answer } = client.open(Write.path);
    const [first] = pieces(upload(digestBytes(bytes)), bytes);
    if (first) stream.write(frame(first));
    expect(await answer.then((a) => [a.status, committed(a)])).toEqual([STATUS.ok, 3 * MiB]);
  });

  it.each([100, 2 * MiB])('refuses %i bytes that are not what their digest says', async (size) => {
    const bytes = randomBytes(size);
    const digest = { ...digestBytes(bytes), hash: sha256('other') };
    expect((await write(bytes, digest)).status).toBe(STATUS.invalidArgument);
    expect((await write(bytes, { ...digestBytes(bytes), size: size - 1 })).status).toBe(
      STATUS.invalidArgument,
    );
    expect((await write(bytes, { ...digestBytes(bytes), size: size + 1 })).status).toBe(
      STATUS.invalidArgument,
    );
    expect((await read(digestBytes(bytes))).status).toBe(STATUS.notFound);
  });

  it.each([
    ['../../etc/passwd', STATUS.invalidArgument],
    [`a/../uploads/1/blobs/${sha256('x')}/1`, STATUS.invalidArgument],
    [`uploads/1/blobs/${sha256('x').toUpperCase()}/1`, STATUS.invalidArgument],
    [`uploads/1/blobs/${sha256('x')}/-1`, STATUS.invalidArgument],
    [`uploads/1/blobs/${sha256('x')}/999999999999999`, STATUS.invalidArgument],
    [`uploads/1/blobs/../${sha256('x')}/1`, STATUS.invalidArgument],
    [`uploads/1/compressed-blobs/deflate/${sha256('x')}/1`, STATUS.invalidArgument],
  ])('refuses to write %s', async (resource, status) => {
    const message = Write.requestSerialize({ resource, offset: 0, finish: true, data: Buffer.from('x') });
    expect((await client.call(Write.path, [message])).status).toBe(status);
  });

  it('refuses uploads that do not fit together', async () => {
    const bytes = randomBytes(100);
    const resource = upload(digestBytes(bytes));
    const part = (offset: number, finish: boolean, data: Uint8Array, named = ''): Buffer =>
      Write.requestSerialize({ resource: named, offset, finish, data });
    const start = part(0, false, bytes.subarray(0, 50), resource);
    const status = async (...messages: Buffer[]): Promise<number | undefined> =>
      (await client.call(Write.path, messages)).status;
    expect(await status(start)).toBe(STATUS.invalidArgument);
    expect(await status(start, part(40, true, bytes.subarray(50)))).toBe(STATUS.invalidArgument);
    expect(await status(start, part(50, true, bytes.subarray(50), `${resource}x`))).toBe(
      STATUS.invalidArgument,
    );
    expect(await status()).toBe(STATUS.invalidArgument);
    expect(await status(Buffer.from([0xff, 0xff]))).toBe(STATUS.invalidArgument);
    expect(await status(start, part(50, true, bytes.subarray(50)))).toBe(STATUS.ok);
  });

  it('leaves nothing of an upload that is broken off', async () => {
    const bytes = randomBytes(4 * MiB);
    const digest = digestBytes(bytes);
    const before = cache.store.figures().bytes;
    const { stream, answer } = client.open(Write.path);
    for (const message of pieces(upload(digest), bytes).slice(0, 50)) stream.write(frame(message));
    await expect.poll(() => cache.store.figures().bytes).toBeGreaterThan(before);
    stream.destroy();
    expect((await answer).status).toBeUndefined();
    await expect.poll(() => cache.store.figures().bytes).toBe(before);
    expect((await write(bytes)).status).toBe(STATUS.ok);
  });

  it('says how far an upload is: all or nothing', async () => {
    const bytes = randomBytes(10);
    const ask = async () => {
      const request = QueryWriteStatus.requestSerialize({ resource: upload(digestBytes(bytes)) });
      const { messages } = await client.call(QueryWriteStatus.path, [request]);
      return QueryWriteStatus.responseDeserialize(messages[0] ?? Buffer.alloc(0));
    };
    expect(await ask()).toEqual({ committed: 0, complete: false });
    await write(bytes);
    expect(await ask()).toEqual({ committed: 10, complete: true });
  });
});

describe('ContentAddressableStorage', () => {
  it('finds, takes and gives many at once', async () => {
    const contents = Array.from({ length: 100 }, (_, i) => randomBytes(i + 20));
    const digests = contents.map(digestBytes);
    const missing = async () => {
      const { messages } = await client.call(FindMissingBlobs.path, [
        FindMissingBlobs.requestSerialize({ instance: '', digests }),
      ]);
      return FindMissingBlobs.responseDeserialize(messages[0] ?? Buffer.alloc(0)).missing;
    };
    expect(await missing()).toEqual(digests);
    const blobs = contents.map((data, i) => ({
      digest: i === 7 ? digestBytes(Buffer.from('no')) : digestBytes(data),
      data,
      compressor: 0,
    }));
    const update = await client.call(BatchUpdateBlobs.path, [
      BatchUpdateBlobs.requestSerialize({ instance: '', blobs }),
    ]);
    const statuses = BatchUpdateBlobs.responseDeserialize(update.messages[0] ?? Buffer.alloc(0)).responses;
    expect(statuses.filter(({ status }) => status.code !== STATUS.ok)).toHaveLength(1);
    expect(await missing()).toEqual([digests[7]]);
    const got = await client.call(BatchReadBlobs.path, [
      BatchReadBlobs.requestSerialize({ instance: '', digests, compressors: [] }),
    ]);
    const given = BatchReadBlobs.responseDeserialize(got.messages[0] ?? Buffer.alloc(0)).responses;
    expect(given.map(({ status }) => status.code)).toEqual(
      digests.map((_, i) => (i === 7 ? STATUS.notFound : STATUS.ok)),
    );
    expect(given.every(({ data }, i) => i === 7 || contents[i]?.equals(data))).toBe(true);
  });

  it('refuses a batch whose answer would not fit', async () => {
    const digests = [{ hash: sha256('x'), size: 4 * MiB }];
    const request = BatchReadBlobs.requestSerialize({ instance: '', digests, compressors: [] });
    expect((await client.call(BatchReadBlobs.path, [request])).status).toBe(STATUS.invalidArgument);
  });

  it('gives a tree in pages, and leaves out what is gone', async () => {
    const tree = treeOf({
      files: Array.from({ length: 300 }, (_, i) => ({
        path: `d${i}/f`,
        digest: digestBytes(Buffer.from(`${i}`)),
        executable: false,
      })),
      links: [],
      emptyDirs: [],
    });
    const ask = (root: Digest) =>
      client.call(GetTree.path, [
        GetTree.requestSerialize({ instance: '', root, pageSize: 0, pageToken: '' }),
      ]);
    expect((await ask(tree.rootDigest)).status).toBe(STATUS.notFound);
    const messages = [...tree.directories.values()].slice(1);
    for (const message of messages) cache.store.blobs.put(digestBytes(message), message);
    const answer = await ask(tree.rootDigest);
    const given = answer.messages.flatMap((message) => GetTree.responseDeserialize(message).directories);
    expect(answer.status).toBe(STATUS.ok);
    expect(given).toHaveLength(messages.length);
    expect(digestBytes(given[0] ?? Buffer.alloc(0))).toEqual(tree.rootDigest);
  });
});

describe('ActionCache', () => {
  const actionDigest = { hash: sha256('an action'), size: 3 };
  const get = (instance = ''): Promise<Answer> =>
    client.call(GetActionResult.path, [GetActionResult.requestSerialize({ instance, actionDigest })]);
  const update = (result: Uint8Array, instance = ''): Promise<Answer> =>
    client.call(UpdateActionResult.path, [
      UpdateActionResult.requestSerialize({ instance, actionDigest, result }),
    ]);

  it('keeps the first result, each instance its own', async () => {
    const [first, second] = [Buffer.from([0x20, 1]), Buffer.from([0x20, 2])];
    expect((await get()).status).toBe(STATUS.notFound);
    expect(await update(first)).toMatchObject({ status: STATUS.ok, messages: [first] });
    expect(await update(second)).toMatchObject({ status: STATUS.ok, messages: [first] });
    expect(await get()).toMatchObject({ status: STATUS.ok, messages: [first] });
    expect((await get('pr/1')).status).toBe(STATUS.notFound);
    expect(await update(second, 'pr/1')).toMatchObject({ status: STATUS.ok, messages: [second] });
    expect(await get('pr/1')).toMatchObject({ status: STATUS.ok, messages: [second] });
  });

  it('refuses names that are none', async () =>
    expect((await get('../x')).status).toBe(STATUS.invalidArgument));
});

describe('calls', () => {
  const path = GetCapabilities.path;
  const request = GetCapabilities.requestSerialize({ instance: '' });

  it('say what can be done', async () => {
    const { messages } = await client.call(path, [request]);
    expect(GetCapabilities.responseDeserialize(messages[0] ?? Buffer.alloc(0))).toMatchObject({
      cache: { digestFunctions: [1], updateEnabled: true, maxBlobBytes: 128 * MiB },
      low: { major: 2, minor: 0 },
    });
  });

  it('are told that all is well', async () => {
    const { status, messages } = await client.call('/grpc.health.v1.Health/Check', [Buffer.alloc(0)]);
    expect([status, messages]).toEqual([STATUS.ok, [Buffer.from([8, 1])]]);
    const watch = client.open('/grpc.health.v1.Health/Watch');
    watch.stream.end(frame(Buffer.alloc(0)));
    const [piece] = await once(watch.stream, 'data');
    expect(piece).toEqual(frame(Buffer.from([8, 1])));
    watch.stream.destroy();
  });

  it('are refused when they are none', async () => {
    expect((await client.call('/no/Such', [request])).status).toBe(STATUS.unimplemented);
    expect((await client.call(path, [])).status).toBe(STATUS.invalidArgument);
    expect((await client.call(path, [request], { 'content-type': 'text/html' })).status).toBeUndefined();
    const raw = async (bytes: Uint8Array): Promise<number | undefined> => {
      const { stream, answer } = client.open(path);
      stream.end(bytes);
      return (await answer).status;
    };
    expect(await raw(frame(request, 1))).toBe(STATUS.unimplemented);
    expect(await raw(Buffer.from([0, 0xff, 0xff, 0xff, 0xff]))).toBe(STATUS.resourceExhausted);
    expect(await raw(Buffer.from([0, 0, 0, 0, 9, 1]))).toBe(STATUS.invalidArgument);
    expect(cache.reports).toEqual([]);
  });

  it('need a token where there are any, and are told what it is not for', async () => {
    const parsed = parseGrants('reading-reading-reading', 'read');
    const closed = await serveCache({ access: createAccess(parsed.ok ? parsed.value : [], 'none') });
    const other = rawGrpc(closed.grpc);
    const headers = { authorization: 'Bearer reading-reading-reading' };
    expect((await other.call(path, [request])).status).toBe(STATUS.unauthenticated);
    const { messages } = await other.call(path, [request], headers);
    expect(GetCapabilities.responseDeserialize(messages[0] ?? Buffer.alloc(0)).cache?.updateEnabled).toBe(
      false,
    );
    const bytes = randomBytes(10);
    const written = await other.call(Write.path, pieces(upload(digestBytes(bytes)), bytes), headers);
    expect(written.status).toBe(STATUS.permissionDenied);
    expect((await other.call('/grpc.health.v1.Health/Check', [Buffer.alloc(0)])).status).toBe(STATUS.ok);
    other.close();
    await closed.stop();
  });

  it('that are under way are answered when the server ends', async () => {
    const ending = await serveCache();
    const other = rawGrpc(ending.grpc);
    const bytes = randomBytes(4 * MiB);
    const { stream, answer } = other.open(Write.path);
    const messages = pieces(upload(digestBytes(bytes)), bytes);
    for (const message of messages.splice(0, 40)) stream.write(frame(message));
    await expect.poll(() => ending.store.figures().bytes).toBeGreaterThan(0);
    const stopped = ending.server.stop(100_000);
    for (const message of messages) stream.write(frame(message));
    stream.end();
    expect((await answer).status).toBe(STATUS.ok);
    await stopped;
    expect(ending.store.blobs.has(digestBytes(bytes))).toBe(true);
    await ending.stop();
  });
});
