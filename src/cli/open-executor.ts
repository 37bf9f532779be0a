import { randomUUID } from 'node:crypto';
import { availableParallelism, tmpdir } from 'node:os';
import type { WorkspaceConfig } from '../model/workspace.ts';
import type { ExecutorParts } from './compose-executor.ts';
import type { Caches, RemoteArguments } from './open-caches.ts';
import type { ResultAudit } from './result-audit.ts';

interface ExecutorOptions {
  readonly config: WorkspaceConfig;
  readonly args: Partial<RemoteArguments>;
  readonly audit?: ResultAudit | undefined;
}

/** The cluster that was asked for, if there is one. A string is what is wrong with what was configured. */
export async function openExecutor(
  { config, args, audit }: ExecutorOptions,
  { local }: Pick<Caches, 'local'>,
): Promise<ExecutorParts | string | undefined> {
  const url = args.remoteExecutor ?? config.remote.executor;
  const strategy = args.strategy ?? config.remote.strategy;
  if (url === undefined && args.strategy === 'remote')
    return '--strategy=remote needs an executor: --remote-executor, or [remote] executor in recomp.toml';
  // Who compares what is made here with what a cache holds wants it made here.
  if (url === undefined || strategy === 'local' || args.noRemote || audit) return undefined;
  const { composeExecutor } = await import('./compose-executor.ts');
  return composeExecutor(
    {
      url,
      strategy,
      width: { there: config.remote.jobs, here: args.jobs ?? availableParallelism() },
      // Where nothing may run here, there is nothing to be patient for.
      queueWaitMs: strategy === 'remote' ? Number.POSITIVE_INFINITY : config.remote.queueWaitSeconds * 1000,
      cacheUrl: args.remoteCache ?? config.cache.remote,
      cache: config.cache,
      folder: `${tmpdir()}/recomp-remote-${randomUUID()}`,
    },
    local,
  );
}
