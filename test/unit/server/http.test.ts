import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/fingerprint/digest-bytes.ts';
import { createAccess, parseGrants } from '../../../src/server/access.ts';
import { type ServedCache, serveCache } from '../../support/served-cache.ts';

const MiB = 1024 * 1024;
let cache: ServedCache;
beforeAll(async () => {
  cache = await serveCache();
});
afterAll(() => cache.stop());

const put = (path: string, body: Uint8Array) =>
  fetch(`${cache.http}${path}`, { method: 'PUT', body: Buffer.from(body) });
const status = async (path: string, method = 'GET'): Promise<number> =>
  (await fetch(`${cache.http}${path}`, { method })).status;

describe('blobs over HTTP', () => {
  it.each([0, 1, 300_000, 5 * MiB + 3])('keeps %i bytes', async (size) => {
    const bytes = randomBytes(size);
    const path = `/cas/${sha256(bytes)}`;
    if (size > 0) expect(await status(path)).toBe(404);
    expect((await put(path, bytes)).status).toBe(200);
    const answer = await fetch(`${cache.http}${path}`);
    expect(answer.headers.get('content-length')).toBe(String(size));
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
    const head = await fetch(`${cache.http}${path}`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(size)]);
    expect((await put(path, bytes)).status).toBe(200);
  });

  it.each([10, 2 * MiB])('refuses %i bytes that are not what their name says', async (size) => {
    const path = `/cas/${sha256(randomBytes(8))}`;
    const answer = await put(path, randomBytes(size));
    expect([answer.status, await answer.text()]).toEqual([400, 'not the bytes that the hash says\n']);
    expect(await status(path)).toBe(404);
  });

  it('refuses what is too large by what is announced', async () => {
    const sent = request(`${cache.http}/cas/${sha256('x')}`, {
      method: 'PUT',
      headers: { 'Content-Length': 10 ** 14 },
    });
    sent.on('error', () => {});
    sent.write('a');
    const [answer] = await once(sent, 'response');
    expect(answer.statusCode).toBe(413);
    sent.destroy();
  });

  it('wants to know how much will come', async () => {
    const sent = request(`${cache.http}/cas/${sha256('x')}`, { method: 'PUT' });
    sent.flushHeaders();
    sent.end('x');
    const [answer] = await once(sent, 'response');
    expect(answer.statusCode).toBe(411);
    answer.resume();
  });

  it('leaves nothing of a body that is broken off', async () => {
    const bytes = randomBytes(4 * MiB);
    const path = `/cas/${sha256(bytes)}`;
    const sent = request(`${cache.http}${path}`, {
      method: 'PUT',
      headers: { 'Content-Length': bytes.length },
    });
    sent.on('error', () => {});
    await new Promise((resolve) => sent.write(bytes.subarray(0, 3 * MiB), resolve));
    sent.destroy();
    await expect.poll(async () => cache.store.figures().bytes).toBeLessThan(64 * MiB);
    expect(await status(path)).toBe(404);
    expect((await put(path, bytes)).status).toBe(200);
  });
});

describe('results over HTTP', () => {
  it('are taken when their blobs are there, and the first one stays', async () => {
    const key = `/ac/${sha256('result')}`;
    const digest = sha256('content');
    // ActionResult { output_files 2 { path 1, digest 2 { hash 1, size_bytes 2 } } }.
    const message = Buffer.concat([
      Buffer.from([0x12, 71, 0x0a, 1, 0x61, 0x12, 66, 0x0a, 64]),
      Buffer.from(digest),
    ]);
    message[1] = 2 + 1 + 2 + 68;
    message[6] = 68;
    const result = Buffer.concat([message, Buffer.from([0x10, 7])]);
    expect((await put(key, result)).status).toBe(412);
    expect(await status(key)).toBe(404);
    await put(`/cas/${digest}`, Buffer.from('content'));
    expect((await put(key, result)).status).toBe(200);
    expect((await put(key, Buffer.from([0x20, 1]))).status).toBe(200);
    const kept = await fetch(`${cache.http}${key}`);
    expect(Buffer.from(await kept.arrayBuffer()).equals(result)).toBe(true);
    expect(await status(`/other${key}`)).toBe(404);
  });

  it('are refused when they are no message, or larger than any', async () => {
    expect((await put(`/ac/${sha256('k')}`, Buffer.from('\xff\xff'))).status).toBe(400);
    expect((await put(`/ac/${sha256('k')}`, Buffer.alloc(5 * MiB))).status).toBe(413);
  });
});

describe('the rest of HTTP', () => {
  it('is answered', async () => {
    expect(await status('/healthz')).toBe(200);
    expect(await status('/elsewhere')).toBe(404);
    expect(await status(`/cas/${sha256('x')}`, 'DELETE')).toBe(405);
    expect(await status('/metrics', 'PUT')).toBe(405);
    const metrics = await (await fetch(`${cache.http}/metrics`)).text();
    expect(metrics).toMatch(
      /^recomp_cache_requests_total\{protocol="http",method="PUT cas",code="200"\} \d+$/m,
    );
    expect(metrics).toMatch(/^recomp_cache_max_bytes 268435456$/m);
  });

  it('survives what is no HTTP', async () => {
    const socket = connect(Number(new URL(cache.http).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    socket.write('PUT /cas/\0\0 HTTP/9.9\r\nContent-Length: -1\r\n\r\n');
    await once(socket, 'close');
    expect(await status('/healthz')).toBe(200);
    expect(cache.reports).toEqual([]);
  });

  it('asks for tokens, read and write apart', async () => {
    const grants = (['read', 'write'] as const).flatMap((need) => {
      const parsed = parseGrants(`${need}-token-of-a-test`, need);
      return parsed.ok ? parsed.value : [];
    });
    const closed = await serveCache({ access: createAccess(grants, 'none') });
    const ask = async (method: string, token?: string): Promise<number> =>
      (
        await fetch(`${closed.http}/cas/${sha256('x')}`, {
          method,
          ...(method === 'PUT' ? { body: 'x' } : {}),
          ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}-token-of-a-test` } }),
        })
      ).status;
    expect([await ask('GET'), await ask('GET', 'wrong'), await ask('GET', 'read')]).toEqual([401, 401, 404]);
    expect([await ask('PUT'), await ask('PUT', 'read'), await ask('PUT', 'write')]).toEqual([401, 403, 200]);
    expect((await fetch(`${closed.http}/metrics`)).status).toBe(401);
    expect((await fetch(`${closed.http}/healthz`)).status).toBe(200);
    await closed.stop();
  });
});
