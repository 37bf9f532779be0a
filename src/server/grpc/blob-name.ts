import { ok } from '../../base/result.ts';
import type { BlobResource } from '../../protocol/resource-name.ts';
import { type Reply, refuse } from './status.ts';

/** A name that means a blob, in a form that is understood here. */
export function plainBlob(named: BlobResource | undefined): Reply<BlobResource> {
  if (named === undefined) return refuse('invalidArgument', 'not the name of a blob');
  return named.zstd ? refuse('unimplemented', 'compressed blobs are not understood') : ok(named);
}
