import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Sha256 } from '../../model/digest.ts';
import type { CacheService } from '../cache-service.ts';
import type { Arrival } from '../store/arrival.ts';
import { MAX_RESULT_BYTES, type ResultArrival, type ResultName } from '../store/result-shelf.ts';
import { answer, dismiss } from './reply.ts';

export async function receiveBlob(
  service: CacheService,
  hash: Sha256,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const size = contentLength(request);
  if (size === undefined) return answer(request, response, 411, 'Content-Length is needed');
  const digest = { hash, size };
  const { blobs } = service.store;
  const isKnown = blobs.has(digest);
  const incoming = blobs.receive(digest);
  if (incoming.refusal !== undefined) return refuse(request, response, incoming.refusal);
  const whole = await readBody(request, service.patience.uploadMs(size), (piece) => {
    service.count.received('http', piece.length);
    return isKnown ? undefined : incoming.write(piece);
  });
  if (!whole || isKnown) incoming.abort();
  if (!whole) return dismiss(request, response, 408, 'the body ended early, or was too slow');
  const arrival = isKnown ? 'present' : await incoming.finish();
  return refuse(request, response, arrival);
}

export async function receiveResult(
  service: CacheService,
  name: ResultName,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const size = contentLength(request);
  if (size === undefined) return answer(request, response, 411, 'Content-Length is needed');
  if (size > MAX_RESULT_BYTES) return answer(request, response, 413, 'too large for an action result');
  const pieces: Uint8Array[] = [];
  const whole = await readBody(request, service.patience.uploadMs(size), (piece) => {
    pieces.push(piece);
    return undefined;
  });
  if (!whole) return dismiss(request, response, 408, 'the body ended early, or was too slow');
  const arrival = service.store.results.put(name, Buffer.concat(pieces));
  service.count.update(arrival.kind);
  const [status, text] = RESULT_ANSWERS[arrival.kind];
  return answer(request, response, status, text);
}

function contentLength(request: IncomingMessage): number | undefined {
  const text = request.headers['content-length'];
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** False: it ended early, or took too long. Pieces come no faster than they are taken. */
function readBody(
  request: IncomingMessage,
  withinMs: number,
  take: (piece: Buffer) => Promise<void> | undefined,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(false), withinMs);
    const end = (whole: boolean): void => {
      clearTimeout(timer);
      resolve(whole);
    };
    request.on('data', (piece: Buffer) => {
      const busy = take(piece);
      if (busy === undefined) return;
      request.pause();
      busy.then(() => request.resume(), reject);
    });
    request.on('end', () => end(request.complete));
    request.on('close', () => end(request.complete));
  });
}

function refuse(request: IncomingMessage, response: ServerResponse, arrival: Arrival): void {
  const [status, text] = BLOB_ANSWERS[arrival];
  answer(request, response, status, text);
}

const BLOB_ANSWERS: Readonly<Record<Arrival, readonly [number, string]>> = {
  stored: [200, 'stored'],
  present: [200, 'it was there'],
  'too-large': [413, 'larger than this server takes'],
  'wrong-size': [400, 'not as many bytes as were announced'],
  'wrong-hash': [400, 'not the bytes that the hash says'],
  full: [507, 'no room left'],
  broken: [500, 'could not be written'],
};

const RESULT_ANSWERS: Readonly<Record<ResultArrival['kind'], readonly [number, string]>> = {
  stored: [200, 'stored'],
  present: [200, 'it was there'],
  kept: [200, 'there is another one, which stays'],
  incomplete: [412, 'blobs that it names are not here: send them first'],
  damaged: [400, 'not an ActionResult'],
  'too-large': [413, 'too large for an action result'],
  full: [507, 'no room left'],
  broken: [500, 'could not be written'],
};
