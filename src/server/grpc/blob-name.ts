import { ok } from '../../base/result.ts';
import type { BlobResource } from '../../protocol/resource-name.ts';
import { hasZstd } from '../../protocol/zstd.ts';
import { type Reply, refuse } from './status.ts';

/** A name that means a blob, in a form that is understood here. */
export function namedBlob(named: BlobResource | undefined): Reply<BlobResource> {
  if (named === undefined) return refuse('invalidArgument', 'not the name of a blob');
  return named.zstd && !hasZstd() ? refuse('unimplemented', 'zstd is not understood here') : ok(named);
}
