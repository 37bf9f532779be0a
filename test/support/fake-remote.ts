import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import { sha256 } from '../../src/fingerprint/digest-bytes.ts';
import type { Digest } from '../../src/model/digest.ts';
import { CHUNK_BYTES } from '../../src/protocol/byte-stream.ts';
import { DIGEST_SHA256 } from '../../src/protocol/capabilities.ts';
import { parseReadName, parseWriteName } from '../../src/protocol/resource-name.ts';
import {
  actionCacheService,
  byteStreamService,
  capabilitiesService,
  casService,
  executionService,
  operationsService,
} from '../../src/protocol/services.ts';
import { type FakeExecutor, fakeExecutor, holding } from './fake-executor-server.ts';

/** A remote cache in memory, over both protocols. Instances, or paths, are apart. */
export interface FakeRemote {
  /** By `instance/cas/hash` and `instance/ac/hash`. */
  readonly held: Map<string, Buffer>;
  readonly http: string;
  readonly grpc: string;
  /** Every request's headers, as they came. */
  readonly headers: Readonly<Record<string, string>>[];
  /** Called with each request, and the name in `held` of a result that is asked for; what it throws is the answer. */
  onRequest: (what: string, result?: string) => void;
  /** It executes as well. */
  readonly executor: FakeExecutor;
  close(): Promise<void>;
}

/** Of fake HTTP and gRPC alike: `new Refusal(429)`. */
export class Refusal extends Error {
  readonly httpStatus: number;
  constructor(httpStatus: number) {
    super(`refused with ${httpStatus}`);
    this.httpStatus = httpStatus;
  }
}

const GRPC_OF: Readonly<Record<number, status>> = {
  401: status.UNAUTHENTICATED,
  413: status.INVALID_ARGUMENT,
  429: status.RESOURCE_EXHAUSTED,
  500: status.INTERNAL,
  503: status.UNAVAILABLE,
};

/** Of a server that shows a certificate and asks for one. */
export interface FakeTls {
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
}

export async function startFakeRemote(tls?: FakeTls): Promise<FakeRemote> {
  const held = new Map<string, Buffer>();
  const execution = fakeExecutor(holding(held));
  const remote = { held, headers: [], onRequest: () => {}, executor: execution.rig };
  const http = await serveHttp(remote, tls);
  const grpc = await serveGrpc(remote, execution, tls);
  return Object.assign(remote, {
    http: `http${tls ? 's://localhost' : '://127.0.0.1'}:${http.port}`,
    grpc: `grpc${tls ? 's://localhost' : '://127.0.0.1'}:${grpc.port}`,
    close: async () => {
      execution.close();
      grpc.stop();
      await http.stop();
    },
  });
}

type Core = Pick<FakeRemote, 'held' | 'onRequest'> & { readonly headers: Record<string, string>[] };

async function serveHttp(remote: Core, tls: FakeTls | undefined) {
  const handle: RequestListener = (request, response) => {
    const path = (request.url ?? '').slice(1);
    const name = `/${path}`;
    remote.headers.push({
      ...Object.fromEntries(Object.entries(request.headers).map(([k, v]) => [k, String(v)])),
    });
    const parts: Buffer[] = [];
    request.on('data', (chunk: Buffer) => parts.push(chunk));
    request.on('end', () => {
      try {
        remote.onRequest(`${request.method} ${path}`);
      } catch (error) {
        response.writeHead(error instanceof Refusal ? error.httpStatus : 500).end();
        return;
      }
      const bytes = Buffer.concat(parts);
      const known = remote.held.get(name);
      if (request.method === 'PUT') {
        const good = name.includes('/ac/') || sha256(bytes) === name.slice(-64);
        if (good) remote.held.set(name, bytes);
        response.writeHead(good ? 200 : 400).end();
      } else if (!known) response.writeHead(404).end();
      else
        response
          .writeHead(200, { 'content-length': known.length })
          .end(request.method === 'HEAD' ? undefined : known);
    });
  };
  const server = tls ? createSecureServer({ ...tls, requestCert: true }, handle) : createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return { port, stop };
}

const cas = (instance: string, { hash }: Digest): string => `${instance && `/${instance}`}/cas/${hash}`;
const ac = (instance: string, { hash }: Digest): string => `${instance && `/${instance}`}/ac/${hash}`;

type Answer<T> = (error: { code: status; details: string } | null, value?: T) => void;

async function serveGrpc(remote: Core, execution: ReturnType<typeof fakeExecutor>, tls: FakeTls | undefined) {
  const server = new Server();
  server.addService(executionService, execution.execution);
  server.addService(operationsService, execution.operations);
  const answer = <T>(what: string, callback: Answer<T>, make: () => T | undefined, result?: string): void => {
    try {
      remote.onRequest(what, result);
      const value = make();
      if (value === undefined) callback({ code: status.NOT_FOUND, details: 'not here' });
      else callback(null, value);
    } catch (error) {
      callback(refusal(error));
    }
  };
  const find = (instance: string, digest: Digest): Buffer | undefined => {
    const known = digest.size === 0 ? Buffer.alloc(0) : remote.held.get(cas(instance, digest));
    return known?.length === digest.size ? known : undefined;
  };
  server.addService(capabilitiesService, {
    GetCapabilities: (call: Call<unknown>, callback: Answer<unknown>) => {
      remote.headers.push(
        Object.fromEntries(Object.entries(call.metadata.getMap()).map(([k, v]) => [k, String(v)])),
      );
      answer('GetCapabilities', callback, () => CAPABILITIES);
    },
  });
  server.addService(actionCacheService, {
    GetActionResult: (call: Call<{ instance: string; actionDigest: Digest }>, callback: Answer<Buffer>) => {
      const result = ac(call.request.instance, call.request.actionDigest);
      answer('GetActionResult', callback, () => remote.held.get(result), result);
    },
    UpdateActionResult: (
      call: Call<{ instance: string; actionDigest: Digest; result: Uint8Array }>,
      callback: Answer<Buffer>,
    ) =>
      answer('UpdateActionResult', callback, () => {
        const { instance, actionDigest, result } = call.request;
        const bytes = Buffer.from(result);
        remote.held.set(ac(instance, actionDigest), bytes);
        return bytes;
      }),
  });
  server.addService(casService, {
    FindMissingBlobs: (
      { request }: Call<{ instance: string; digests: readonly Digest[] }>,
      callback: Answer<{ missing: readonly Digest[] }>,
    ) =>
      answer('FindMissingBlobs', callback, () => ({
        missing: request.digests.filter((digest) => find(request.instance, digest) === undefined),
      })),
    BatchUpdateBlobs: (
      { request }: Call<{ instance: string; blobs: readonly { digest: Digest; data: Uint8Array }[] }>,
      callback: Answer<unknown>,
    ) =>
      answer('BatchUpdateBlobs', callback, () => ({
        responses: request.blobs.map(({ digest, data }) => {
          const good = sha256(data) === digest.hash;
          if (good) remote.held.set(cas(request.instance, digest), Buffer.from(data));
          return { digest, status: { code: good ? 0 : status.INVALID_ARGUMENT, message: '' } };
        }),
      })),
    BatchReadBlobs: (
      { request }: Call<{ instance: string; digests: readonly Digest[] }>,
      callback: Answer<unknown>,
    ) =>
      answer('BatchReadBlobs', callback, () => ({
        responses: request.digests.map((digest) => {
          const data = find(request.instance, digest);
          return {
            digest,
            data: data ?? Buffer.alloc(0),
            compressor: 0,
            status: { code: data ? 0 : status.NOT_FOUND, message: '' },
          };
        }),
      })),
    GetTree: (call: { destroy(error: Error): void }) => call.destroy(new Error('not here')),
  });
  server.addService(byteStreamService, {
    Read: (
      call: Call<{ resource: string; offset: number }> & {
        write(m: unknown): void;
        end(): void;
        emit(n: string, e: unknown): void;
      },
    ) => {
      try {
        remote.onRequest('Read');
        if (execution.read(call.request.resource, call.request.offset, call)) return;
        const resource = parseReadName(call.request.resource);
        const known = resource && find(resource.instance, resource.digest);
        if (!known) throw new Refusal(404);
        for (let at = 0; at < known.length; at += CHUNK_BYTES)
          call.write({ data: known.subarray(at, at + CHUNK_BYTES) });
        call.end();
      } catch (error) {
        call.emit('error', refusal(error));
      }
    },
    Write: (
      call: AsyncIterable<{ resource: string; data: Uint8Array }>,
      callback: Answer<{ committed: number }>,
    ) => {
      void (async () => {
        let name = '';
        const parts: Uint8Array[] = [];
        for await (const { resource, data } of call) {
          name ||= resource;
          parts.push(data);
        }
        answer('Write', callback, () => {
          const resource = parseWriteName(name);
          const bytes = Buffer.concat(parts);
          if (!resource || sha256(bytes) !== resource.digest.hash) throw new Refusal(413);
          remote.held.set(cas(resource.instance, resource.digest), bytes);
          return { committed: bytes.length };
        });
      })().catch(() => {});
    },
    QueryWriteStatus: (_call: unknown, callback: Answer<unknown>) =>
      callback({ code: status.UNIMPLEMENTED, details: '' }),
  });
  const credentials = tls
    ? ServerCredentials.createSsl(tls.ca, [{ cert_chain: tls.cert, private_key: tls.key }], true)
    : ServerCredentials.createInsecure();
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error ? reject(error) : resolve(bound))),
  );
  return { port, stop: () => server.forceShutdown() };
}

interface Call<T> {
  readonly request: T;
  readonly metadata: { getMap(): Record<string, unknown> };
}

const refusal = (error: unknown): { code: status; details: string } => ({
  code:
    error instanceof Refusal
      ? error.httpStatus === 404
        ? status.NOT_FOUND
        : (GRPC_OF[error.httpStatus] ?? status.UNKNOWN)
      : status.UNKNOWN,
  details: String(error),
});

const CAPABILITIES = {
  cache: {
    digestFunctions: [DIGEST_SHA256],
    updateEnabled: true,
    maxBatchBytes: 0,
    maxBlobBytes: 0,
    compressors: [],
    batchCompressors: [],
  },
  execution: { enabled: true, digestFunctions: [DIGEST_SHA256] },
  low: { major: 2, minor: 0 },
  high: { major: 2, minor: 3 },
};
