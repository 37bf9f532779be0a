import {
  createSecureServer,
  createServer,
  type Http2SecureServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import { DamagedMessage } from '../../protocol/codec.ts';
import { STATUS } from '../../protocol/status.ts';
import type { CacheService } from '../cache-service.ts';
import type { FaceLimits } from '../face.ts';
import type { TlsFiles } from '../tls-files.ts';
import { actionCacheHandlers } from './action-cache.ts';
import { byteStreamHandlers } from './byte-stream.ts';
import { GrpcCall } from './call.ts';
import { capabilitiesHandlers } from './capabilities.ts';
import { contentHandlers } from './content.ts';
import type { Handler } from './handler.ts';
import { healthHandlers } from './health.ts';
import { type MessageMemory, readMessages } from './read-messages.ts';
import { statusName } from './status.ts';

/** How much may be on its way to us: of one call, and of all calls of a connection. */
const STREAM_WINDOW = 2 * 1024 * 1024;
const SESSION_WINDOW = 8 * 1024 * 1024;
const MAX_FRAME = 256 * 1024;
/** Whoever watches over the server has no token. */
const HEALTH = '/grpc.health.v1.Health/';

/** The Remote Execution API's cache, over node's own HTTP/2: gRPC adds five bytes to a message, and trailers. */
export function createGrpcFace(
  service: CacheService,
  limits: FaceLimits & { readonly ending: AbortSignal },
  tls: TlsFiles | undefined,
): Http2Server | Http2SecureServer {
  const handlers = new Map([
    ...capabilitiesHandlers(service),
    ...actionCacheHandlers(service),
    ...contentHandlers(service),
    ...byteStreamHandlers(service),
    ...healthHandlers(limits.ending),
  ]);
  const options = {
    settings: { initialWindowSize: STREAM_WINDOW, maxFrameSize: MAX_FRAME, maxConcurrentStreams: 128 },
    maxSessionMemory: 64,
  };
  const server = tls ? createSecureServer({ ...options, ...tls }) : createServer(options);
  server.maxConnections = limits.maxConnections;
  server.on('session', (session) => {
    session.setLocalWindowSize(SESSION_WINDOW);
    session.on('error', () => {});
  });
  const memory: MessageMemory = { held: 0 };
  server.on('stream', (stream, headers) => serve(service, handlers, memory, stream, headers));
  return server;
}

function serve(
  service: CacheService,
  handlers: ReadonlyMap<string, Handler>,
  memory: MessageMemory,
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
): void {
  const path = headers[':path'] ?? '';
  const handler = handlers.get(path);
  const method = handler === undefined ? 'other' : path.slice(path.lastIndexOf('/') + 1);
  const start = performance.now();
  // Whoever goes away in the middle is no fault of ours.
  stream.on('error', () => {});
  const call = new GrpcCall(stream, headers, (code) =>
    service.count.request('grpc', method, statusName(code), (performance.now() - start) / 1000),
  );
  if (!isGrpc(headers)) {
    stream.respond({ ':status': 415 }, { endStream: true });
    return;
  }
  if (handler === undefined) {
    call.end({ code: STATUS.unimplemented, message: 'no such method here' });
    return;
  }
  if (!path.startsWith(HEALTH) && !service.access().knows(headers.authorization)) {
    call.end({ code: STATUS.unauthenticated, message: 'a token is needed' });
    return;
  }
  if (method !== 'Watch') stream.setTimeout(service.patience.idleMs, () => call.giveUp());
  dispatch(service, handler, memory, stream, call);
}

const isGrpc = (headers: IncomingHttpHeaders): boolean =>
  headers[':method'] === 'POST' &&
  /^application\/grpc(?:\+proto)?(?:;|$)/.test(headers['content-type'] ?? '');

function dispatch(
  service: CacheService,
  handler: Handler,
  memory: MessageMemory,
  stream: ServerHttp2Stream,
  call: GrpcCall,
): void {
  const guard = (act: () => Promise<void> | void): Promise<void> | undefined => {
    try {
      const work = act();
      return work instanceof Promise ? work.catch((error: unknown) => fail(service, call, error)) : undefined;
    } catch (error) {
      return void fail(service, call, error);
    }
  };
  if (handler.kind === 'receiving') {
    const receiver = handler.open(call);
    stream.once('close', () => receiver.abort());
    readMessages(stream, memory, {
      message: (bytes) => guard(() => receiver.message(bytes)),
      end: (fault) => void guard(() => (fault === undefined ? receiver.end() : call.end(fault))),
    });
    return;
  }
  let request: Buffer | undefined;
  readMessages(stream, memory, {
    message(bytes) {
      request ??= bytes;
      return undefined;
    },
    end(fault) {
      if (fault !== undefined) return call.end(fault);
      const bytes = request;
      if (bytes === undefined) return call.end({ code: STATUS.invalidArgument, message: 'no message came' });
      void guard(() => {
        if (handler.kind === 'streaming') return handler.run(bytes, call).then((status) => call.end(status));
        return void call.reply(handler.run(bytes, call));
      });
    },
  });
}

function fail(service: CacheService, call: GrpcCall, error: unknown): void {
  if (error instanceof DamagedMessage) {
    call.end({ code: STATUS.invalidArgument, message: error.message });
    return;
  }
  service.report(`a call failed: ${error instanceof Error ? error.message : String(error)}`);
  call.end({ code: STATUS.internal, message: 'internal error' });
}
