import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Access, createAccess } from '../../src/server/access.ts';
import type { Patience } from '../../src/server/patience.ts';
import { type CacheServer, startServer } from '../../src/server/start-server.ts';
import { type CacheStore, openCacheStore } from '../../src/server/store/open-cache-store.ts';
import type { TlsFiles } from '../../src/server/tls-files.ts';

export interface ServedCache {
  readonly folder: string;
  readonly store: CacheStore;
  readonly server: CacheServer;
  readonly grpc: string;
  readonly http: string;
  /** What it had to say to whoever runs it. */
  readonly reports: readonly string[];
  stop(): Promise<void>;
}

/** A server of its own in this process, on free ports of this machine. */
export async function serveCache(
  options: { readonly access?: Access; readonly tls?: TlsFiles; readonly patience?: Patience } = {},
): Promise<ServedCache> {
  const folder = mkdtempSync(join(tmpdir(), 'recomp-server-'));
  const reports: string[] = [];
  const store = await openCacheStore({
    directory: folder,
    maxBytes: 256 * 1024 * 1024,
    maxBlobBytes: 128 * 1024 * 1024,
    replaceResults: false,
    onFault: (failure) => reports.push(failure.message),
  });
  if (!store.ok) throw new Error(store.error);
  const anywhere = { host: '127.0.0.1', port: 0 };
  const server = await startServer({
    store: store.value,
    grpc: anywhere,
    http: anywhere,
    access: options.access ?? createAccess([], 'write'),
    tls: options.tls,
    ...(options.patience ? { patience: options.patience } : {}),
    maxConnections: 64,
    report: (message) => reports.push(message),
  });
  if (!server.ok) throw new Error(server.error);
  return {
    folder,
    store: store.value,
    server: server.value,
    grpc: `grpc://127.0.0.1:${server.value.grpc.port}`,
    http: `http://127.0.0.1:${server.value.http?.port}`,
    reports,
    async stop() {
      await server.value.stop(0);
      store.value.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
