import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Need } from '../access.ts';
import type { CacheService } from '../cache-service.ts';
import type { FaceLimits } from '../face.ts';
import type { TlsFiles } from '../tls-files.ts';
import { receiveBlob, receiveResult } from './receive.ts';
import { answer } from './reply.ts';
import { type EntryRoute, parseRoute, type Route } from './route.ts';
import { sendBlob, sendResult } from './send.ts';

/** Bazel's HTTP cache, and beside it health and figures. */
export function createHttpFace(service: CacheService, limits: FaceLimits, tls: TlsFiles | undefined): Server {
  const options = { headersTimeout: 20_000, requestTimeout: 0, keepAliveTimeout: 75_000 };
  const server = tls ? createTlsServer({ ...options, ...tls }) : createServer(options);
  server.maxConnections = limits.maxConnections;
  server.timeout = service.patience.idleMs;
  server.on('request', (request, response) => void serve(service, request, response));
  return server;
}

async function serve(
  service: CacheService,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const start = performance.now();
  const route = parseRoute(request.url ?? '');
  const method = route === undefined ? 'other' : `${methodName(request.method)} ${route.kind}`;
  response.once('close', () => {
    const code = response.writableFinished ? String(response.statusCode) : 'aborted';
    service.count.request('http', method, code, (performance.now() - start) / 1000);
  });
  // Whoever goes away in the middle is no fault of ours.
  request.on('error', () => {});
  response.on('error', () => {});
  try {
    await dispatch(service, route, request, response);
  } catch (error) {
    service.report(`a request failed: ${error instanceof Error ? error.message : String(error)}`);
    answer(request, response, 500, 'internal error');
  }
}

const methodName = (method: string | undefined): string =>
  method === 'GET' || method === 'HEAD' || method === 'PUT' ? method : 'other';

async function dispatch(
  service: CacheService,
  route: Route | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (route === undefined) return answer(request, response, 404, 'there is /cas/HASH and /ac/HASH');
  if (!isRead && (request.method !== 'PUT' || !('hash' in route)))
    return answer(request, response, 405, 'there is GET, HEAD and PUT');
  if (route.kind === 'health') return answer(request, response, 200, 'ok');
  const instance = route.kind === 'ac' ? route.instance : undefined;
  if (!permitted(service, request, response, instance, isRead ? 'read' : 'write')) return undefined;
  if (!('hash' in route)) return answer(request, response, 200, service.metrics.render());
  const serveEntry = isRead ? send : receive;
  return serveEntry(service, route, request, response);
}

type ServeEntry = (
  service: CacheService,
  route: EntryRoute,
  request: IncomingMessage,
  response: ServerResponse,
) => void | Promise<void>;

const send: ServeEntry = (service, { kind, instance, hash }, request, response) =>
  kind === 'cas'
    ? sendBlob(service, hash, request, response)
    : sendResult(service, { instance, key: hash }, request, response);

const receive: ServeEntry = (service, { kind, instance, hash }, request, response) =>
  kind === 'cas'
    ? receiveBlob(service, hash, request, response)
    : receiveResult(service, { instance, key: hash }, request, response);

function permitted(
  service: CacheService,
  request: IncomingMessage,
  response: ServerResponse,
  instance: string | undefined,
  need: Need,
): boolean {
  const verdict = service.access().check(request.headers.authorization, instance, need);
  if (verdict === 'unknown') {
    response.setHeader('WWW-Authenticate', 'Basic realm="recomp cache", Bearer');
    answer(request, response, 401, 'a token is needed');
  } else if (verdict === 'forbidden') answer(request, response, 403, `this token is not for this: ${need}`);
  return verdict === 'allowed';
}
