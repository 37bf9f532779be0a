import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:http2';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccess } from '../../../src/server/access.ts';
import { type Certificate, hasOpenssl, makeCertificate } from '../../support/certificates.ts';
import { type ServedCache, serveCache } from '../../support/served-cache.ts';

let folder: string;
let [ca, own, client]: Certificate[] = [];
let cache: ServedCache;

beforeAll(async () => {
  if (!hasOpenssl) return;
  folder = mkdtempSync(join(tmpdir(), 'recomp-tls-'));
  ca = makeCertificate(folder, 'ca');
  own = makeCertificate(folder, 'server', 'ca');
  client = makeCertificate(folder, 'client', 'ca');
  cache = await serveCache({ tls: { ...own, ca: ca.cert, requestCert: true, rejectUnauthorized: true } });
});
afterAll(async () => {
  if (!hasOpenssl) return;
  await cache.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The answer's status and the server's name; or what the connection broke with. */
function ask(identity: Partial<Certificate>): Promise<string> {
  return new Promise((resolve) => {
    const sent = request(`${cache.http.replace('http:', 'https:')}/healthz`, {
      ...identity,
      ...(ca ? { ca: ca.cert } : {}),
      agent: false,
    });
    sent.on('response', (response) => {
      response.resume();
      const { socket } = response;
      const name = socket instanceof TLSSocket ? socket.getPeerCertificate().subject.CN : 'no TLS';
      resolve(`${response.statusCode} ${name}`);
    });
    sent.on('error', () => resolve('refused'));
    sent.end();
  });
}

describe.skipIf(!hasOpenssl)('TLS', () => {
  it('lets in who has a certificate that is trusted, over HTTP', async () => {
    expect(await ask(client ?? {})).toBe('200 server');
    expect(await ask({})).toBe('refused');
    expect(await ask(makeCertificate(folder, 'stranger'))).toBe('refused');
  });

  it('speaks gRPC', async () => {
    const session = connect(cache.grpc.replace('grpc:', 'https:'), {
      ...client,
      ...(ca ? { ca: ca.cert } : {}),
    });
    const stream = session.request({
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
    });
    stream.end(Buffer.from([0, 0, 0, 0, 0]));
    stream.resume();
    const [trailers] = await once(stream, 'trailers');
    expect(trailers['grpc-status']).toBe('0');
    session.destroy();
  });

  it('shows another certificate when it is given one', async () => {
    const renewed = makeCertificate(folder, 'renewed', 'ca');
    if (ca) cache.server.renew(createAccess([], 'write'), { ...renewed, ca: ca.cert, requestCert: true });
    expect(await ask(client ?? {})).toBe('200 renewed');
  });
});
