import { sha256 } from '../../src/fingerprint/digest-bytes.ts';
import { GrpcTransport } from '../../src/remote/grpc/grpc-transport.ts';
import { HttpTransport } from '../../src/remote/http/http-transport.ts';
import type { Transport } from '../../src/remote/transport.ts';
import { verifying } from '../../src/remote/verify.ts';
import type { FakeRemote } from '../support/fake-remote.ts';

/** Each folder has a part of the remote to itself. */
export const transportsOf = (
  remote: FakeRemote,
): readonly (readonly [name: string, make: (folder: string) => Transport])[] => [
  [
    'over gRPC',
    (folder) =>
      verifying(new GrpcTransport({ target: remote.grpc.slice(7), instance: sha256(folder), headers: {} })),
  ],
  [
    'over HTTP',
    (folder) =>
      verifying(new HttpTransport({ host: remote.http.slice(7), path: sha256(folder), headers: {} })),
  ],
];
