import type { EngineServices } from '../engine/services.ts';
import type { WorkspaceConfig } from '../model/workspace.ts';
import type { ActionCache } from '../ports/action-cache.ts';
import { cacheDirectory } from '../store/cache-directory.ts';
import { CompleteActionCache } from '../store/complete-action-cache.ts';
import type { Damage } from '../store/damage.ts';
import { keepWithinBounds } from '../store/keep-within-bounds.ts';
import { LocalActionCache } from '../store/local-action-cache.ts';
import { LocalBlobStore } from '../store/local-blob-store.ts';
import type { BuildArguments } from './build-arguments.ts';
import type { RemoteChoice, RemoteParts } from './compose-remote.ts';
import type { ResultAudit } from './result-audit.ts';

export interface Caches {
  readonly directory: string;
  readonly blobs: EngineServices['blobs'];
  readonly results: EngineServices['results'];
  readonly remote: RemoteParts | undefined;
  /** What is on this machine. */
  readonly local: LocalBlobStore;
  /** Keeps the local one within its bounds. */
  tidy(): Promise<void>;
}

export type RemoteArguments = Pick<
  BuildArguments,
  'remoteCache' | 'remoteExecutor' | 'strategy' | 'noRemote' | 'jobs'
>;

export interface CacheOptions {
  readonly root: string;
  readonly config: WorkspaceConfig;
  readonly args: Partial<RemoteArguments>;
  /** Compares every outcome with the remote cache, which gives and gets nothing. */
  readonly audit: ResultAudit | undefined;
  readonly warn: (text: string) => void;
}

/** The local cache, and behind it the remote one, if there is one. A string is what is wrong with what was configured. */
export async function openCaches({
  root,
  config,
  args,
  audit,
  warn,
}: CacheOptions): Promise<Caches | string> {
  const directory = cacheDirectory(process.env, root);
  const onDamage = (damage: Damage): void =>
    warn(`the cache held a damaged entry, which was dropped: ${damage.path}`);
  const blobs = new LocalBlobStore({ directory, onDamage });
  const cache = new CompleteActionCache(new LocalActionCache({ directory, blobs, onDamage }), blobs);
  const wanted = remoteChoice(config, args);
  const remote =
    wanted &&
    (await import('./compose-remote.ts')).composeRemote(wanted, { directory, blobs, results: cache, warn });
  if (typeof remote === 'string') return remote;
  return {
    directory,
    blobs: (!audit && remote?.blobs) || blobs,
    results: (audit && remote?.audited(audit)) ?? remote?.results ?? localResults(cache),
    remote,
    local: blobs,
    tidy: tidier(directory, config, () => blobs.addedBytes + (remote?.keptBytes() ?? 0)),
  };
}

const localResults = (cache: ActionCache): EngineServices['results'] => ({
  lookup: async ({ key }) => {
    const result = await cache.get(key);
    return result && { result, source: 'local' };
  },
  store: ({ key }, result) => cache.put(key, result),
});

/** What was added is counted once. */
function tidier(
  directory: string,
  { cache }: WorkspaceConfig,
  addedBytes: () => number,
): () => Promise<void> {
  let counted = 0;
  return async () => {
    const added = addedBytes() - counted;
    counted += added;
    await keepWithinBounds(directory, cache, added);
  };
}

function remoteChoice(
  { cache }: WorkspaceConfig,
  { remoteCache, noRemote }: Partial<RemoteArguments>,
): RemoteChoice | undefined {
  const url = remoteCache ?? (cache.remoteMode === 'off' ? undefined : cache.remote);
  if (url === undefined || noRemote) return undefined;
  return {
    url,
    write: cache.remoteMode !== 'read-only',
    cache,
    ...(cache.credentialHelper === undefined ? {} : { helper: cache.credentialHelper }),
    waitMs: cache.uploadWaitSeconds * 1000,
  };
}
