import { parseSha256, type Sha256 } from '../../model/digest.ts';
import { isInstanceName } from '../instance-name.ts';

export type Route = EntryRoute | { readonly kind: 'health' | 'metrics' };

export interface EntryRoute {
  readonly kind: 'cas' | 'ac';
  readonly instance: string;
  readonly hash: Sha256;
}

/** `/cas/HASH`, `/ac/HASH`, the same below an instance's name, `/healthz` and `/metrics`. Undefined: nothing of ours. */
export function parseRoute(url: string): Route | undefined {
  const [path = ''] = url.split('?', 1);
  if (path === '/healthz') return { kind: 'health' };
  if (path === '/metrics') return { kind: 'metrics' };
  const match = /^\/(?:(.+)\/)?(cas|ac)\/([^/]+)$/.exec(path);
  const [, instance = '', kind, name = ''] = match ?? [];
  const hash = parseSha256(name);
  if (hash === undefined || !isInstanceName(instance) || (kind !== 'cas' && kind !== 'ac')) return undefined;
  return { kind, instance, hash };
}
