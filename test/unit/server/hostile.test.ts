import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestBytes, sha256 } from '../../../src/fingerprint/digest-bytes.ts';
import { writeName } from '../../../src/protocol/resource-name.ts';
import { actionCacheService, byteStreamService, casService } from '../../../src/protocol/services.ts';
import { STATUS } from '../../../src/protocol/status.ts';
import { Random } from '../../rig/random.ts';
import { frame, type RawGrpc, rawGrpc } from '../../support/raw-grpc.ts';
import { type ServedCache, serveCache } from '../../support/served-cache.ts';

const { Read, Write } = byteStreamService;
const MiB = 1024 * 1024;

let cache: ServedCache;
let client: RawGrpc;
beforeEach(async () => {
  cache = await serveCache({ patience: { idleMs: 800, uploadMs: () => 1600 } });
  client = rawGrpc(cache.grpc);
});
afterEach(async () => {
  client.close();
  await cache.stop();
});

/** It still serves, keeps nothing that nobody finished, and had nothing to report. */
async function expectWell(): Promise<void> {
  const bytes = randomBytes(300_000);
  const url = `${cache.http}/cas/${sha256(bytes)}`;
  // On a busy machine an honest client may be too slow for it as well; it comes again.
  const answered = async (init: RequestInit): Promise<Buffer | undefined> => {
    const answer = await fetch(url, init).catch(() => undefined);
    return answer?.status === 200 ? Buffer.from(await answer.arrayBuffer()) : undefined;
  };
  await expect.poll(() => answered({ method: 'PUT', body: bytes })).toBeDefined();
  await expect.poll(async () => (await answered({}))?.equals(bytes)).toBe(true);
  await expect.poll(() => readdirSync(join(cache.folder, 'v1/tmp'))).toEqual([]);
  expect(cache.reports).toEqual([]);
}

describe('somebody slow', () => {
  it('is cut off in the middle of an HTTP body', async () => {
    const bytes = randomBytes(4 * MiB);
    const drip = (): Promise<unknown> => {
      const sent = request(`${cache.http}/cas/${sha256(bytes)}`, {
        method: 'PUT',
        headers: { 'Content-Length': bytes.length },
      });
      sent.write(bytes.subarray(0, 2 * MiB));
      const over = new Promise((resolve) => sent.on('error', resolve).on('close', resolve));
      sent.on('response', (response) => response.resume());
      const timer = setInterval(() => sent.write('.'), 50);
      return over.finally(() => clearInterval(timer));
    };
    await drip();
    expect(cache.store.blobs.has(digestBytes(bytes))).toBe(false);
    await expectWell();
  });

  it('is cut off when nothing comes any more', async () => {
    const socket = connect(Number(new URL(cache.http).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    socket.write(`PUT /cas/${sha256('x')} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nabc`);
    await once(socket, 'close');
    await expectWell();
  });

  it('is cut off in the middle of a gRPC upload, and of nothing at all', async () => {
    const bytes = randomBytes(4 * MiB);
    const resource = writeName({ instance: '', digest: digestBytes(bytes), zstd: false }, 'u');
    const { stream, answer } = client.open(Write.path);
    const data = bytes.subarray(0, 2 * MiB);
    stream.write(frame(Write.requestSerialize({ resource, offset: 0, finish: false, data })));
    const mute = client.open(Write.path);
    expect((await answer).status).not.toBe(STATUS.ok);
    expect((await mute.answer).status).not.toBe(STATUS.ok);
    await expect.poll(() => cache.store.figures().bytes).toBe(0);
    await expectWell();
  });

  it('who does not read what was asked for is cut off', async () => {
    const bytes = randomBytes(24 * MiB);
    expect(cache.store.blobs.put(digestBytes(bytes), bytes)).toBe('stored');
    const resource = `blobs/${sha256(bytes)}/${bytes.length}`;
    const { stream } = client.open(Read.path);
    stream.pause();
    stream.end(frame(Read.requestSerialize({ resource, offset: 0, limit: 0 })));
    const metrics = async (): Promise<string> => (await fetch(`${cache.http}/metrics`)).text();
    await expect.poll(metrics).toContain('method="Read",code="DEADLINE_EXCEEDED"');
    await expectWell();
  });
});

describe('somebody who sends anything', () => {
  it('does no harm on either port', async () => {
    const random = new Random(7);
    for (const url of [cache.grpc, cache.http]) {
      for (let i = 0; i < 10; i++) {
        const socket = connect(Number(new URL(url).port), '127.0.0.1');
        socket.on('error', () => {});
        socket.resume();
        if (random.chance(0.5)) socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
        socket.end(randomBytes(random.below(5000)));
        await once(socket, 'close');
      }
    }
    await expectWell();
  });

  it('does no harm in messages', async () => {
    const random = new Random(11);
    const paths = [actionCacheService, casService, byteStreamService].flatMap((service) =>
      Object.values(service).map(({ path }) => path),
    );
    for (const path of paths) {
      for (let i = 0; i < 5; i++) {
        const { stream, answer } = client.open(path);
        const garbage = randomBytes(random.below(300));
        stream.end(random.chance(0.7) ? frame(garbage) : garbage);
        const { status } = await answer;
        expect([undefined, STATUS.internal]).not.toContain(status);
      }
    }
    await expectWell();
  });

  it('gets no bytes by a name that leads elsewhere', async () => {
    const paths = [
      '/cas/../../../etc/passwd',
      '/cas/%2e%2e/%2e%2e/tmp',
      '/..%2fac',
      '/v1/tmp',
      '//etc/passwd',
    ];
    for (const path of paths) {
      const sent = request({ host: '127.0.0.1', port: new URL(cache.http).port, path });
      sent.end();
      const [response] = await once(sent, 'response');
      response.resume();
      expect([path, response.statusCode]).toEqual([path, 404]);
    }
    const names = [
      'blobs/../../etc/passwd/1',
      `../blobs/${sha256('x')}/1`,
      `blobs/${sha256('x')}/1/../..`,
      '',
    ];
    for (const resource of names) {
      const answer = await client.call(Read.path, [Read.requestSerialize({ resource, offset: 0, limit: 0 })]);
      expect([resource, answer.status]).toEqual([resource, STATUS.invalidArgument]);
    }
  });

  it('may promise the largest blob a hundred times without driving anything out', async () => {
    const kept = randomBytes(100_000);
    cache.store.blobs.put(digestBytes(kept), kept);
    const calls = Array.from({ length: 100 }, (_, i) => {
      const digest = { hash: sha256(`promised ${i}`), size: 128 * MiB };
      const resource = writeName({ instance: '', digest, zstd: false }, 'u');
      const call = client.open(Write.path);
      const data = Buffer.from('x');
      call.stream.write(frame(Write.requestSerialize({ resource, offset: 0, finish: false, data })));
      return call.answer;
    });
    const answers = await Promise.all(calls);
    expect(answers.every(({ status }) => status !== STATUS.ok)).toBe(true);
    expect(cache.store.blobs.has(digestBytes(kept))).toBe(true);
    await expectWell();
  });
});
