import { randomUUID } from 'node:crypto';
import type { RemoteAddress } from './address.ts';
import type { Credentials } from './credentials.ts';
import { PATIENCE, type Patience, type Transport } from './transport.ts';

/** How a remote is talked to. */
export interface Manner extends Credentials {
  /** A program that knows credentials. */
  readonly helper?: string;
  /** Blobs may travel compressed. */
  readonly compresses?: boolean;
}

/** Nothing of it is loaded, and nobody is called, before something is asked of it. */
export function lazyTransport(
  address: RemoteAddress,
  manner: Manner,
  patience: Patience = PATIENCE,
  invocation: string = randomUUID(),
): Transport {
  let opening: Promise<Transport> | undefined;
  const open = (): Promise<Transport> => {
    opening ??= withHelp(address, manner).then((known) =>
      openTransport(address, { ...manner, ...known }, patience, invocation),
    );
    return opening;
  };
  return {
    getResult: async (action, scope) => (await open()).getResult(action, scope),
    putResult: async (action, message, scope) => (await open()).putResult(action, message, scope),
    missing: async (digests) => (await open()).missing(digests),
    read: async (digest) => (await open()).read(digest),
    download: async (digest, take) => (await open()).download(digest, take),
    write: async (digest, bytes) => (await open()).write(digest, bytes),
    upload: async (digest, path) => (await open()).upload(digest, path),
    prepare: async () => void (await open()),
    close: () =>
      void opening?.then(
        (transport) => transport.close(),
        () => {},
      ),
  };
}

/** The helper is asked once; what the environment says comes first. */
export async function withHelp(
  { shown }: RemoteAddress,
  credentials: Credentials & { readonly helper?: string },
): Promise<Credentials> {
  if (credentials.helper === undefined) return credentials;
  const { askHelper } = await import('./credential-helper.ts');
  const headers = await askHelper(credentials.helper, shown);
  return { ...credentials, headers: { ...headers, ...credentials.headers } };
}

async function openTransport(
  { scheme, tls, host, path }: RemoteAddress,
  manner: Manner,
  patience: Patience,
  invocation: string,
): Promise<Transport> {
  const secure = tls ? { tls: manner.tls } : {};
  if (scheme === 'grpc') {
    const { GrpcTransport } = await import('./grpc/grpc-transport.ts');
    const { headers, compresses = false } = manner;
    return new GrpcTransport({
      target: host,
      instance: path,
      headers,
      invocation,
      patience,
      compresses,
      ...secure,
    });
  }
  if (scheme === 's3') {
    const { S3Transport } = await import('./s3/s3-transport.ts');
    return new S3Transport({ bucket: host, prefix: path, appendOnly: true });
  }
  const { HttpTransport } = await import('./http/http-transport.ts');
  return new HttpTransport({ host, path, headers: manner.headers, invocation, patience, ...secure });
}
