import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Sha256 } from '../../model/digest.ts';
import type { CacheService } from '../cache-service.ts';
import { drained } from '../drained.ts';
import type { OutgoingBlob } from '../store/outgoing-blob.ts';
import type { ResultName } from '../store/result-shelf.ts';
import { answer } from './reply.ts';

const PIECE = 512 * 1024;

export function sendResult(
  service: CacheService,
  name: ResultName,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const message = service.store.results.get(name);
  service.count.lookup(message === undefined ? 'miss' : 'hit');
  if (message === undefined) {
    answer(request, response, 404, 'no such result');
    return;
  }
  head(response, message.length);
  response.end(request.method === 'HEAD' ? undefined : message);
}

export async function sendBlob(
  service: CacheService,
  hash: Sha256,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const digest = service.store.blobs.find(hash);
  const blob = digest && (await service.store.blobs.open(digest));
  if (blob === undefined) return answer(request, response, 404, 'no such blob');
  try {
    head(response, blob.size);
    if (request.method !== 'HEAD') await sendPieces(service, blob, response);
    response.end();
  } finally {
    blob.close();
  }
}

/** The next piece is read while the last one is on its way. */
async function sendPieces(
  service: CacheService,
  blob: OutgoingBlob,
  response: ServerResponse,
): Promise<void> {
  for (let at = 0; at < blob.size && !response.destroyed; ) {
    const piece = blob.bytes ?? Buffer.allocUnsafeSlow(Math.min(PIECE, blob.size - at));
    const count = blob.bytes?.length ?? (await blob.read(piece, at));
    // Shorter than it was a moment ago: better no answer than half of one.
    if (count < piece.length) return void response.destroy();
    at += count;
    service.count.sent('http', count);
    if (!response.write(piece)) await drained(response);
  }
}

function head(response: ServerResponse, length: number): void {
  response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': length });
}
