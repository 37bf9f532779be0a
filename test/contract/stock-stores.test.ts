import { afterAll, beforeAll, describe } from 'vitest';
import { sha256 } from '../../src/fingerprint/digest-bytes.ts';
import type { ActionCache } from '../../src/ports/action-cache.ts';
import { hasZstd } from '../../src/protocol/zstd.ts';
import { GrpcTransport } from '../../src/remote/grpc/grpc-transport.ts';
import { HttpTransport } from '../../src/remote/http/http-transport.ts';
import { RemoteActionCache } from '../../src/remote/remote-action-cache.ts';
import { RemoteBlobStore } from '../../src/remote/remote-blob-store.ts';
import { S3Transport } from '../../src/remote/s3/s3-transport.ts';
import type { Transport } from '../../src/remote/transport.ts';
import { verifying } from '../../src/remote/verify.ts';
import { absent, startBazelRemote, startS3, stockServer } from '../support/stock-servers.ts';
import { actionCacheContract } from './action-cache-suite.ts';
import { blobStoreContract } from './blob-store-suite.ts';

const bazelRemote = stockServer('bazel-remote');
const versityGateway = stockServer('versitygw');

/** Each test's folder names its part of the store. `blobsAreShared`: only of the results. */
function contracts(name: string, make: (part: string) => Transport, blobsAreShared = false): void {
  blobStoreContract(name, (folder) => new RemoteBlobStore(verifying(make(sha256(folder)))), blobsAreShared);
  actionCacheContract(name, (folder, blobs) =>
    asStored(new RemoteActionCache(make(sha256(folder)), (digest) => blobs.get(digest))),
  );
}

describe.skipIf(!bazelRemote)(`bazel-remote${absent('bazel-remote')}`, () => {
  let server: Awaited<ReturnType<typeof startBazelRemote>>;
  beforeAll(async () => {
    // Blobs lie beside, so that it cannot know which are there.
    server = await startBazelRemote(bazelRemote ?? '', [
      '--enable_ac_key_instance_mangling',
      '--disable_http_ac_validation',
      '--disable_grpc_ac_deps_check',
    ]);
  });
  afterAll(() => server.stop());
  const grpc = (instance: string): Transport =>
    lazily(() => new GrpcTransport({ target: server.grpc.slice(7), instance, headers: {} }));
  const packed = (instance: string): Transport =>
    lazily(
      () => new GrpcTransport({ target: server.grpc.slice(7), instance, headers: {}, compresses: true }),
    );
  const http = (path: string): Transport =>
    lazily(() => new HttpTransport({ host: server.http.slice(7), path, headers: {} }));
  contracts('bazel-remote over gRPC', grpc, true);
  if (hasZstd()) contracts('bazel-remote over gRPC, compressed', packed, true);
  contracts('bazel-remote over HTTP', http, true);
});

describe.skipIf(!versityGateway)(`Versity S3 gateway${absent('versitygw')}`, () => {
  let server: Awaited<ReturnType<typeof startS3>>;
  beforeAll(async () => {
    server = await startS3(versityGateway ?? '');
    Object.assign(process.env, server.env);
  });
  afterAll(() => server.stop());
  contracts('S3', (prefix) =>
    lazily(() => new S3Transport({ bucket: server.bucket, prefix, appendOnly: false })),
  );
});

/** Some servers say who brought a result that does not say it itself. */
const asStored = (cache: ActionCache): ActionCache => ({
  get: async (key) => {
    const result = await cache.get(key);
    if (result?.maker !== '127.0.0.1') return result;
    const { maker: _, ...rest } = result;
    return rest;
  },
  put: (key, result) => cache.put(key, result),
});

/** Stores are made before their server is there to be asked where it is. */
function lazily(make: () => Transport): Transport {
  let made: Transport | undefined;
  const get = (): Transport => {
    made ??= make();
    return made;
  };
  return {
    getResult: (action, scope) => get().getResult(action, scope),
    putResult: (action, message, scope) => get().putResult(action, message, scope),
    missing: (digests) => get().missing(digests),
    read: (digest) => get().read(digest),
    download: (digest, take) => get().download(digest, take),
    write: (digest, bytes) => get().write(digest, bytes),
    upload: (digest, path) => get().upload(digest, path),
    close: () => made?.close(),
  };
}
