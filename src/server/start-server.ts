import type { Server as HttpServer } from 'node:http';
import type { Http2SecureServer, Http2Server, ServerHttp2Session } from 'node:http2';
import type { AddressInfo, Server, Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import { err, ok, type Result } from '../base/result.ts';
import type { Access } from './access.ts';
import { type CacheService, serviceCounters, storeMetrics } from './cache-service.ts';
import { createGrpcFace } from './grpc/serve-grpc.ts';
import { createHttpFace } from './http/serve-http.ts';
import { Metrics } from './metrics.ts';
import { PATIENCE, type Patience } from './patience.ts';
import type { CacheStore } from './store/open-cache-store.ts';
import type { TlsFiles } from './tls-files.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface ServerOptions {
  readonly store: CacheStore;
  readonly grpc: Address;
  readonly http: Address | undefined;
  readonly access: Access;
  readonly tls: TlsFiles | undefined;
  readonly patience?: Patience;
  /** Per face. */
  readonly maxConnections: number;
  readonly report: (message: string) => void;
}

export interface CacheServer {
  /** Where it really listens: a port 0 has become one. */
  readonly grpc: Address;
  readonly http: Address | undefined;
  /** From now on; connections go on. */
  renew(access: Access, tls: TlsFiles | undefined): void;
  /** Takes no more, lets what is under way come to its end for so long, and then ends it. */
  stop(graceMs: number): Promise<void>;
}

/** Both faces over one store. The error says which address cannot be had. */
export async function startServer(options: ServerOptions): Promise<Result<CacheServer, string>> {
  const { store, report, tls, maxConnections } = options;
  const metrics = new Metrics();
  storeMetrics(metrics, () => store.figures());
  let access = options.access;
  const service: CacheService = {
    store,
    access: () => access,
    count: serviceCounters(metrics),
    metrics,
    patience: options.patience ?? PATIENCE,
    report,
  };
  const ending = new AbortController();
  const grpc = createGrpcFace(service, { maxConnections, ending: ending.signal }, tls);
  const http = options.http && createHttpFace(service, { maxConnections }, tls);
  const sessions = trackSessions(grpc);
  watchConnections(metrics, { grpc, http });
  const grpcAddress = await listen(grpc, options.grpc, report);
  if (!grpcAddress.ok) return grpcAddress;
  const httpAddress = http && options.http ? await listen(http, options.http, report) : ok(undefined);
  if (!httpAddress.ok) {
    grpc.close();
    return httpAddress;
  }
  return ok({
    grpc: grpcAddress.value,
    http: httpAddress.value,
    renew(newAccess, newTls) {
      access = newAccess;
      for (const server of [grpc, http])
        if (newTls && server instanceof TlsServer) server.setSecureContext(newTls);
    },
    async stop(graceMs) {
      ending.abort();
      await Promise.all([stopGrpc(grpc, sessions, graceMs), http && stopHttp(http, graceMs)]);
    },
  });
}

function listen(
  server: Server,
  { host, port }: Address,
  report: (message: string) => void,
): Promise<Result<Address, string>> {
  return new Promise((resolve) => {
    server.once('error', (error) => resolve(err(`cannot listen on ${host}:${port}: ${error.message}`)));
    server.listen(port, host, () => {
      // What goes wrong with one connection later must not end the others.
      server.on('error', (error) => report(`listening on ${host}:${port}: ${error.message}`));
      resolve(ok({ host, port: boundPort(server.address(), port) }));
    });
  });
}

const boundPort = (address: AddressInfo | string | null, port: number): number =>
  typeof address === 'object' && address !== null ? address.port : port;

function watchConnections(metrics: Metrics, servers: Readonly<Record<string, Server | undefined>>): void {
  let open = 0;
  for (const server of Object.values(servers)) {
    server?.on('connection', (socket: Socket) => {
      open++;
      socket.once('close', () => open--);
    });
  }
  const help = 'Connections that are open.';
  metrics.watch({ name: 'recomp_cache_connections', kind: 'gauge', help, value: () => open });
}

function trackSessions(server: Http2Server | Http2SecureServer): ReadonlySet<ServerHttp2Session> {
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session: ServerHttp2Session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  return sessions;
}

/** Clients are told to go elsewhere; calls that they have begun are answered. */
function stopGrpc(server: Server, sessions: ReadonlySet<ServerHttp2Session>, graceMs: number): Promise<void> {
  return closed(server, graceMs, {
    ask: () => {
      for (const session of sessions) session.close();
    },
    force: () => {
      for (const session of sessions) session.destroy();
    },
  });
}

function stopHttp(server: HttpServer, graceMs: number): Promise<void> {
  return closed(server, graceMs, {
    ask: () => server.closeIdleConnections(),
    force: () => server.closeAllConnections(),
  });
}

function closed(
  server: Server,
  graceMs: number,
  ways: { readonly ask: () => void; readonly force: () => void },
): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(ways.force, graceMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    ways.ask();
  });
}
