import { ok } from '../../base/result.ts';
import { parseReadName, parseWriteName } from '../../protocol/resource-name.ts';
import { byteStreamService } from '../../protocol/services.ts';
import type { CacheService } from '../cache-service.ts';
import { namedBlob } from './blob-name.ts';
import { type Handler, unary } from './handler.ts';
import { permitContents } from './permit.ts';
import { readHandler } from './read-blob.ts';
import { BlobReceiver } from './write-blob.ts';

/** google.bytestream.ByteStream. */
export function byteStreamHandlers(service: CacheService): ReadonlyMap<string, Handler> {
  const { Read, Write, QueryWriteStatus } = byteStreamService;
  return new Map<string, Handler>([
    [Read.path, readHandler(service)],
    [Write.path, { kind: 'receiving', open: (call) => new BlobReceiver(service, call) }],
    [
      QueryWriteStatus.path,
      unary(QueryWriteStatus, ({ resource }, call) => {
        const named = namedBlob(parseWriteName(resource) ?? parseReadName(resource));
        if (!named.ok) return named;
        const { instance, digest } = named.value;
        const permitted = permitContents(service, call, instance, 'read');
        if (!permitted.ok) return permitted;
        // An upload that was broken off starts again: nothing of it is kept.
        const complete = service.store.blobs.has(digest);
        return ok({ committed: complete ? digest.size : 0, complete });
      }),
    ],
  ]);
}
