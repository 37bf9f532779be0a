import { ok } from '../../base/result.ts';
import { readDirectory } from '../../fingerprint/reapi/directory.ts';
import type { Digest } from '../../model/digest.ts';
import type { BatchBlob, ReadBlob } from '../../protocol/blobs.ts';
import { COMPRESSOR } from '../../protocol/capabilities.ts';
import { casService } from '../../protocol/services.ts';
import { type RpcStatus, STATUS } from '../../protocol/status.ts';
import { decompress, hasZstd } from '../../protocol/zstd.ts';
import type { CacheService } from '../cache-service.ts';
import { arrivalStatus } from './arrival-status.ts';
import { MAX_BATCH_BYTES } from './capabilities.ts';
import { type Handler, streaming, unary } from './handler.ts';
import { permitContents } from './permit.ts';
import { refuse } from './status.ts';

/** A page of a tree: well below one message's limit. */
const PAGE_BYTES = 1024 * 1024;

/** What one blob of a batch may be when it is not compressed any more. */
const MAX_PLAIN_BYTES = 16 * 1024 * 1024;

const GOOD: RpcStatus = { code: STATUS.ok, message: '' };

/** ContentAddressableStorage. */
export function contentHandlers(service: CacheService): ReadonlyMap<string, Handler> {
  const { FindMissingBlobs, BatchUpdateBlobs, BatchReadBlobs, GetTree } = casService;
  const { blobs } = service.store;
  return new Map([
    [
      FindMissingBlobs.path,
      unary(FindMissingBlobs, ({ instance, digests }, call) => {
        const permitted = permitContents(service, call, instance, 'read');
        if (!permitted.ok) return permitted;
        return ok({ missing: digests.filter((digest) => !blobs.has(digest)) });
      }),
    ],
    [
      BatchUpdateBlobs.path,
      unary(BatchUpdateBlobs, ({ instance, blobs: sent }, call) => {
        const permitted = permitContents(service, call, instance, 'write');
        if (!permitted.ok) return permitted;
        return ok({ responses: sent.map((blob) => ({ digest: blob.digest, status: take(service, blob) })) });
      }),
    ],
    [
      BatchReadBlobs.path,
      unary(BatchReadBlobs, ({ instance, digests }, call) => {
        const permitted = permitContents(service, call, instance, 'read');
        if (!permitted.ok) return permitted;
        const total = digests.reduce((sum, { size }) => sum + size, 0);
        if (total > MAX_BATCH_BYTES)
          return refuse('invalidArgument', `a batch may have ${MAX_BATCH_BYTES} bytes`);
        return ok({ responses: digests.map((digest) => give(service, digest)) });
      }),
    ],
    [
      GetTree.path,
      streaming(GetTree, async ({ instance, root, pageToken }, call, send) => {
        const permitted = permitContents(service, call, instance, 'read');
        if (!permitted.ok) return permitted.error;
        if (pageToken !== '') return { code: STATUS.invalidArgument, message: 'no such page' };
        let isEmpty = true;
        for (const directories of pagesOf(service, root)) {
          isEmpty = false;
          await send({ directories, nextPageToken: '' });
          if (call.isOver) break;
        }
        return isEmpty ? { code: STATUS.notFound, message: 'no such directory' } : GOOD;
      }),
    ],
  ]);
}

function take(service: CacheService, { digest, data, compressor }: BatchBlob): RpcStatus {
  service.count.received('grpc', data.length);
  if (compressor === COMPRESSOR.identity) return arrivalStatus(service.store.blobs.put(digest, data));
  if (compressor !== COMPRESSOR.zstd || !hasZstd())
    return { code: STATUS.invalidArgument, message: 'this compression is not understood' };
  const plain = decompress(data, Math.min(digest.size, MAX_PLAIN_BYTES));
  return arrivalStatus(plain === undefined ? 'wrong-size' : service.store.blobs.put(digest, plain));
}

function give(service: CacheService, digest: Digest): ReadBlob {
  const data = service.store.blobs.read(digest);
  service.count.sent('grpc', data?.length ?? 0);
  const compressor = COMPRESSOR.identity;
  if (data !== undefined) return { digest, data, compressor, status: GOOD };
  const status = { code: STATUS.notFound, message: 'no such blob' };
  return { digest, data: new Uint8Array(), compressor, status };
}

/** Directories below a root, it first, each once; what is not here is left out. */
function* pagesOf(service: CacheService, root: Digest): Generator<Uint8Array[]> {
  const waiting = [root];
  const seen = new Set<string>();
  let page: Uint8Array[] = [];
  let bytes = 0;
  for (let digest = waiting.shift(); digest !== undefined; digest = waiting.shift()) {
    if (seen.has(digest.hash) || digest.size > PAGE_BYTES) continue;
    seen.add(digest.hash);
    const message = service.store.blobs.read(digest);
    const directory = message && readDirectory(message);
    if (message === undefined || directory === undefined) continue;
    page.push(message);
    bytes += message.length;
    for (const child of directory.directories) waiting.push(child.digest);
    if (bytes < PAGE_BYTES) continue;
    yield page;
    page = [];
    bytes = 0;
  }
  if (page.length > 0) yield page;
}
