import type { EngineServices } from '../engine/services.ts';
import type { WorkspaceConfig } from '../model/workspace.ts';
import type { ActionCache } from '../ports/action-cache.ts';
import { mayCompress, parseAddress } from '../remote/address.ts';
import { readCredentials } from '../remote/credentials.ts';
import type { AdoptingStore } from '../remote/fetch-blobs.ts';
import { keeperThread } from '../remote/keep/keeper-thread.ts';
import { KeepingStore } from '../remote/keep/keeping-store.ts';
import { lazyTransport } from '../remote/lazy-transport.ts';
import { readTrust } from '../remote/read-trust.ts';
import { RemoteCache } from '../remote/remote-cache.ts';
import { besideUs } from './beside-us.ts';
import type { ResultAudit } from './result-audit.ts';

export interface RemoteChoice {
  readonly url: string;
  readonly write: boolean;
  /** A program that knows credentials. */
  readonly helper?: string;
  readonly cache: WorkspaceConfig['cache'];
  /** How long uploads are waited for when the build is done. */
  readonly waitMs: number;
}

/** What a remote cache adds to a build. */
export interface RemoteParts {
  readonly name: string;
  readonly blobs: EngineServices['blobs'];
  readonly results: EngineServices['results'];
  readonly lookups: number;
  /** The results of a build that only compares. */
  audited(audit: ResultAudit): EngineServices['results'];
  numbers(): object;
  warnings(): readonly string[];
  /** Room that what came takes in the local cache, as far as that was not written at once. */
  keptBytes(): number;
  /** Uploads are over afterwards, or given up, and what came is in the local cache. */
  settle(): Promise<void>;
  close(): void;
}

/** The cache on this machine. */
interface LocalParts {
  readonly directory: string;
  readonly blobs: AdoptingStore;
  readonly results: ActionCache;
  readonly warn: (text: string) => void;
}

/** Round trips overlap: so many may be waited for at once. */
const LOOKUPS = 512;

/** Local first, and behind it the remote. A string is what is wrong with what was configured. */
export function composeRemote(choice: RemoteChoice, local: LocalParts): RemoteParts | string {
  const address = parseAddress(choice.url);
  if (!address.ok) return `the remote cache: ${address.error}`;
  const credentials = readCredentials(process.env);
  if (!credentials.ok) return credentials.error;
  const trust = readTrust(choice.cache, process.env, credentials.value.signingKey);
  if (!trust.ok) return trust.error;
  const keeping = keepingStore(local);
  const remote = new RemoteCache({
    name: address.value.shown,
    transport: lazyTransport(address.value, {
      ...credentials.value,
      compresses: mayCompress(choice.cache.compression, address.value),
      ...(choice.helper === undefined ? {} : { helper: choice.helper }),
    }),
    local: {
      blobs: keeping,
      results: {
        get: (key) => local.results.get(key),
        put: (key, result) => keeping.keepResult(key, result),
      },
    },
    write: choice.write,
    trust: trust.value,
  });
  return {
    name: address.value.shown,
    blobs: remote.blobs,
    results: {
      async lookup({ key, size }, use) {
        const known = await local.results.get(key);
        if (known) return { result: known, source: 'local' };
        const result = await remote.lookup(key, size, use);
        return result && { result, source: 'remote' };
      },
      async store({ key, size }, result) {
        await local.results.put(key, result);
        remote.offer(key, size, result);
      },
    },
    lookups: LOOKUPS,
    audited: (audit) =>
      audit.over({
        name: address.value.shown,
        known: ({ key, size }) => remote.lookup(key, size, 'knowledge'),
        keep: ({ key }, result) => local.results.put(key, result),
        troubles: () => remote.warnings(),
      }),
    numbers: () => remote.numbers(),
    warnings: () => remote.warnings(),
    keptBytes: () => keeping.addedBytes,
    settle: async () => {
      await keeping.settle();
      await remote.settle(choice.waitMs);
    },
    close: () => {
      keeping.close();
      remote.close();
    },
  };
}

const keepingStore = ({ directory, blobs, results, warn }: LocalParts): KeepingStore =>
  new KeepingStore({
    blobs,
    results,
    open: () => keeperThread(besideUs('keep-worker.js'), directory),
    onReply: ({ fault, damaged }) => {
      if (fault !== undefined)
        warn(`the cache in ${directory} cannot be written, so not all of what came is kept there: ${fault}`);
      for (const path of damaged) warn(`the cache held a damaged entry, which was dropped: ${path}`);
    },
  });
