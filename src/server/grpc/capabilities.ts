import { ok } from '../../base/result.ts';
import { COMPRESSOR, DIGEST_SHA256 } from '../../protocol/capabilities.ts';
import { capabilitiesService } from '../../protocol/services.ts';
import { hasZstd } from '../../protocol/zstd.ts';
import type { CacheService } from '../cache-service.ts';
import { type Handler, unary } from './handler.ts';
import { permitContents } from './permit.ts';

/** Names and digests come on top, and the whole must fit into one message. */
export const MAX_BATCH_BYTES = 3 * 1024 * 1024;

export function capabilitiesHandlers(service: CacheService): ReadonlyMap<string, Handler> {
  const { GetCapabilities } = capabilitiesService;
  const compressors = hasZstd() ? [COMPRESSOR.identity, COMPRESSOR.zstd] : [COMPRESSOR.identity];
  const run = unary(GetCapabilities, ({ instance }, call) => {
    const permitted = permitContents(service, call, instance, 'read');
    if (!permitted.ok) return permitted;
    return ok({
      cache: {
        digestFunctions: [DIGEST_SHA256],
        updateEnabled: permitContents(service, call, instance, 'write').ok,
        maxBatchBytes: MAX_BATCH_BYTES,
        maxBlobBytes: service.store.blobs.maxBlobBytes,
        compressors,
        batchCompressors: compressors,
      },
      low: { major: 2, minor: 0 },
      high: { major: 2, minor: 3 },
    });
  });
  return new Map([[GetCapabilities.path, run]]);
}
