import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestBytes, sha256 } from '../../src/fingerprint/digest-bytes.ts';
import { encodeActionResult } from '../../src/fingerprint/reapi/encode-action-result.ts';
import { treeOf } from '../../src/fingerprint/tree.ts';
import type { Digest } from '../../src/model/digest.ts';
import type { OutputResult } from '../../src/model/result.ts';
import { writeName } from '../../src/protocol/resource-name.ts';
import {
  actionCacheService,
  byteStreamService,
  capabilitiesService,
  casService,
} from '../../src/protocol/services.ts';
import { STATUS } from '../../src/protocol/status.ts';
import { type Answer, frame, type RawGrpc, rawGrpc } from '../support/raw-grpc.ts';

export interface RunningServer {
  readonly grpc: string;
  readonly http: string;
  stop(): Promise<void>;
}

const MiB = 1024 * 1024;
const { Read, Write } = byteStreamService;
const { FindMissingBlobs, BatchUpdateBlobs, BatchReadBlobs, GetTree } = casService;
const { GetActionResult, UpdateActionResult } = actionCacheService;

/** What any cache of the Remote Execution API must do, whoever wrote it, as far as clients depend on it. */
export function cacheServerContract(name: string, start: () => Promise<RunningServer>): void {
  describe(`a cache server: ${name}`, () => {
    let server: RunningServer;
    let client: RawGrpc;
    beforeAll(async () => {
      server = await start();
      client = rawGrpc(server.grpc);
    });
    afterAll(async () => {
      client.close();
      await server.stop();
    });

    const first = ({ messages }: Answer): Buffer => messages[0] ?? Buffer.alloc(0);
    const write = (bytes: Uint8Array, digest = digestBytes(bytes)): Promise<Answer> => {
      const resource = writeName({ instance: '', digest, zstd: false }, crypto.randomUUID());
      const half = Math.floor(bytes.length / 2);
      const part = (offset: number, finish: boolean, data: Uint8Array) =>
        Write.requestSerialize({ resource: offset === 0 ? resource : '', offset, finish, data });
      return half === 0
        ? client.call(Write.path, [part(0, true, bytes)])
        : client.call(Write.path, [
            part(0, false, bytes.subarray(0, half)),
            part(half, true, bytes.subarray(half)),
          ]);
    };
    const read = async (digest: Digest): Promise<Buffer | undefined> => {
      const resource = `blobs/${digest.hash}/${digest.size}`;
      const answer = await client.call(Read.path, [Read.requestSerialize({ resource, offset: 0, limit: 0 })]);
      if (answer.status === STATUS.notFound) return undefined;
      expect(answer.status).toBe(STATUS.ok);
      return Buffer.concat(answer.messages.map((message) => Read.responseDeserialize(message).data));
    };
    const missing = async (digests: readonly Digest[]): Promise<readonly Digest[]> =>
      FindMissingBlobs.responseDeserialize(
        first(
          await client.call(FindMissingBlobs.path, [
            FindMissingBlobs.requestSerialize({ instance: '', digests }),
          ]),
        ),
      ).missing;
    const get = (actionDigest: Digest): Promise<Answer> =>
      client.call(GetActionResult.path, [GetActionResult.requestSerialize({ instance: '', actionDigest })]);
    const update = (actionDigest: Digest, result: Uint8Array): Promise<Answer> =>
      client.call(UpdateActionResult.path, [
        UpdateActionResult.requestSerialize({ instance: '', actionDigest, result }),
      ]);
    const resultWith = (...outputs: OutputResult[]): Uint8Array =>
      new Uint8Array(encodeActionResult({ outputs, isolation: 2 }));
    const fileOutput = (digest: Digest): OutputResult => ({
      kind: 'file',
      path: 'out',
      digest,
      executable: false,
    });

    it('says that it knows SHA-256 and takes results', async () => {
      const { GetCapabilities } = capabilitiesService;
      const answer = await client.call(GetCapabilities.path, [
        GetCapabilities.requestSerialize({ instance: '' }),
      ]);
      const { cache, low, high } = GetCapabilities.responseDeserialize(first(answer));
      expect(cache?.digestFunctions).toContain(1);
      expect(cache?.updateEnabled).toBe(true);
      expect([low.major, high.major]).toEqual([2, 2]);
    });

    it.each([1, 70_000, 3 * MiB + 1])('keeps %i bytes', async (size) => {
      const bytes = randomBytes(size);
      const digest = digestBytes(bytes);
      expect(await missing([digest])).toEqual([digest]);
      expect(await read(digest)).toBeUndefined();
      const answer = await write(bytes);
      expect([answer.status, Write.responseDeserialize(first(answer)).committed]).toEqual([STATUS.ok, size]);
      expect(await missing([digest])).toEqual([]);
      expect((await read(digest))?.equals(bytes)).toBe(true);
    });

    it('ends an upload early whose blob is there', async () => {
      const bytes = randomBytes(MiB);
      const digest = digestBytes(bytes);
      await write(bytes);
      const { stream, answer } = client.open(Write.path);
      const resource = writeName({ instance: '', digest, zstd: false }, crypto.randomUUID());
      stream.write(
        frame(Write.requestSerialize({ resource, offset: 0, finish: false, data: bytes.subarray(0, 9) })),
      );
      stream.on('data', () => stream.end());
      expect(Write.responseDeserialize(first(await answer)).committed).toBe(MiB);
    });

    it('has the empty blob', async () => {
      const empty = digestBytes(Buffer.alloc(0));
      expect(await missing([empty])).toEqual([]);
      expect(await read(empty)).toEqual(Buffer.alloc(0));
    });

    it('keeps nothing that is not what its digest says', async () => {
      const bytes = randomBytes(400_000);
      const digest = { ...digestBytes(bytes), hash: sha256(randomBytes(8)) };
      expect((await write(bytes, digest)).status).not.toBe(STATUS.ok);
      expect(await missing([digest])).toEqual([digest]);
    });

    it('takes and gives batches, each blob with a status of its own', async () => {
      const contents = [randomBytes(10), randomBytes(2000), randomBytes(30)];
      const digests = contents.map(digestBytes);
      const wrong = { hash: sha256('wrong'), size: 30 };
      const blobs = contents.map((data, i) => ({
        digest: i === 2 ? wrong : digestBytes(data),
        data,
        compressor: 0,
      }));
      const sent = await client.call(BatchUpdateBlobs.path, [
        BatchUpdateBlobs.requestSerialize({ instance: '', blobs }),
      ]);
      const codes = BatchUpdateBlobs.responseDeserialize(first(sent)).responses.map(
        (r) => r.status.code === 0,
      );
      expect(codes).toEqual([true, true, false]);
      const got = await client.call(BatchReadBlobs.path, [
        BatchReadBlobs.requestSerialize({ instance: '', digests, compressors: [] }),
      ]);
      const given = BatchReadBlobs.responseDeserialize(first(got)).responses;
      const data = new Map(given.map((blob) => [blob.digest.hash, blob]));
      const found = digests.map(({ hash }) => data.get(hash));
      expect(found.map((blob) => blob?.status.code)).toEqual([STATUS.ok, STATUS.ok, STATUS.notFound]);
      expect(contents[1]?.equals(found[1]?.data ?? Buffer.alloc(0))).toBe(true);
    });

    it('keeps results, over gRPC and HTTP alike', async () => {
      const bytes = randomBytes(100);
      await write(bytes);
      const action = digestBytes(randomBytes(20));
      await write(Buffer.from('the action'));
      expect((await get(action)).status).toBe(STATUS.notFound);
      const result = resultWith(fileOutput(digestBytes(bytes)));
      expect((await update(action, result)).status).toBe(STATUS.ok);
      const known = await get(action);
      expect(known.status).toBe(STATUS.ok);
      const overHttp = await fetch(`${server.http}/ac/${action.hash}`);
      expect(overHttp.status).toBe(200);
      const blob = await fetch(`${server.http}/cas/${digestBytes(bytes).hash}`);
      expect(Buffer.from(await blob.arrayBuffer()).equals(bytes)).toBe(true);
    });

    it('gives no result whose file is not there', async () => {
      const action = digestBytes(randomBytes(20));
      await update(action, resultWith(fileOutput(digestBytes(randomBytes(50)))));
      expect((await get(action)).status).toBe(STATUS.notFound);
    });

    it('gives no result whose directory has a file that is not there, and gives it when it is', async () => {
      const inside = randomBytes(500);
      const content = {
        files: [{ path: 'a/b', digest: digestBytes(inside), executable: true }],
        links: [],
        emptyDirs: [],
      };
      const { tree, treeDigest, rootDigest, directories } = treeOf(content);
      await write(tree);
      for (const directory of directories.values()) await write(directory);
      const action = digestBytes(randomBytes(20));
      const result = resultWith({ kind: 'tree', path: 'dir', treeDigest, rootDigest, content });
      await update(action, result);
      expect((await get(action)).status).toBe(STATUS.notFound);
      await write(inside);
      await update(action, result);
      expect((await get(action)).status).toBe(STATUS.ok);
      const answer = await client.call(GetTree.path, [
        GetTree.requestSerialize({ instance: '', root: rootDigest, pageSize: 0, pageToken: '' }),
      ]);
      expect(answer.messages.flatMap((m) => GetTree.responseDeserialize(m).directories)).toHaveLength(2);
    });

    it('does as much over HTTP', async () => {
      const bytes = randomBytes(300_000);
      const url = `${server.http}/cas/${sha256(bytes)}`;
      expect((await fetch(url)).status).toBe(404);
      expect((await fetch(url, { method: 'PUT', body: bytes })).status).toBe(200);
      expect((await fetch(url, { method: 'HEAD' })).status).toBe(200);
      expect(await missing([digestBytes(bytes)])).toEqual([]);
      const wrong = `${server.http}/cas/${sha256('something else')}`;
      expect((await fetch(wrong, { method: 'PUT', body: bytes })).ok).toBe(false);
      expect((await fetch(wrong)).status).toBe(404);
    });

    it('says that it is well', async () => {
      const answer = await client.call('/grpc.health.v1.Health/Check', [Buffer.alloc(0)]);
      expect([answer.status, first(answer)]).toEqual([STATUS.ok, Buffer.from([8, 1])]);
    });
  });
}
