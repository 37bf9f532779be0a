import { err, ok, type Result } from '../base/result.ts';

/** Where a remote is. Never holds anything secret: an address with a password is refused. */
export interface RemoteAddress {
  readonly scheme: 'grpc' | 'http' | 's3';
  readonly tls: boolean;
  /** `host:port`; of S3, the bucket. */
  readonly host: string;
  /** The instance name, path or prefix; no slashes at its ends. */
  readonly path: string;
  /** As it may be shown and recorded. */
  readonly shown: string;
}

/** On this machine: bytes get there faster than they could be made fewer. */
const isOwnMachine = ({ host }: Pick<RemoteAddress, 'host'>): boolean =>
  /^(?:localhost|127\.[0-9.]+|\[::1\])(?::\d+)?$/.test(host);

export const mayCompress = (how: 'auto' | 'always' | 'off', address: RemoteAddress): boolean =>
  how === 'always' || (how === 'auto' && !isOwnMachine(address));

const SCHEMES: Readonly<Record<string, readonly [RemoteAddress['scheme'], boolean, string]>> = {
  'grpc:': ['grpc', false, '80'],
  'grpcs:': ['grpc', true, '443'],
  'http:': ['http', false, '80'],
  'https:': ['http', true, '443'],
  's3:': ['s3', true, ''],
};

export function parseAddress(text: string): Result<RemoteAddress, string> {
  const kind = SCHEMES[/^[a-z0-9]+:/.exec(text)?.[0] ?? ''];
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!kind || !url?.hostname)
    return err('expected grpc://, grpcs://, http://, https:// or s3://, then host or bucket');
  if (url.username !== '' || url.password !== '')
    return err('an address must not hold a name or password: put them into RECOMP_REMOTE_HEADERS_FILE');
  if (url.search !== '' || url.hash !== '') return err('an address has no query and no fragment');
  const [scheme, tls, port] = kind;
  const host = scheme === 's3' ? url.hostname : `${url.hostname}:${url.port || port}`;
  const path = url.pathname.replace(/^\/+|\/+$/g, '');
  return ok({ scheme, tls, host, path, shown: `${url.protocol}//${url.host}${path && `/${path}`}` });
}
