import type { EngineServices } from '../engine/services.ts';
import type { RemoteDownload } from '../model/workspace.ts';
import type { Engine } from './engine.ts';
import type { RequestPlan } from './plan-file.ts';
import type { Prepared } from './prepare-build.ts';

/** The engine as it is to be used for this mode of downloading. */
export function withDownloads(
  engine: Engine,
  mode: RemoteDownload | undefined,
  plan: Pick<RequestPlan, 'requested'>,
): Engine {
  const leaves = leaving(mode, plan);
  return leaves ? { ...engine, services: { ...engine.services, leaves } } : engine;
}

/** What is left away must lie somewhere. */
export const lacksRemote = ({ host }: Engine, mode: RemoteDownload | undefined): string | undefined =>
  mode === undefined || mode === 'all' || host['remote'] !== null
    ? undefined
    : `--remote-download=${mode} needs a remote cache: --remote-cache, or [cache] remote in recomp.toml`;

function leaving(
  mode: RemoteDownload | undefined,
  { requested }: Pick<RequestPlan, 'requested'>,
): EngineServices['leaves'] {
  if (mode === undefined || mode === 'all') return undefined;
  if (mode === 'minimal') return () => true;
  const wanted = new Set<string>(requested);
  return (id) => !wanted.has(id.slice(0, id.indexOf('%')));
}

/** After an edit of a package other targets may be asked for than those whose outputs were brought. */
export const dirtyFor = (
  mode: RemoteDownload | undefined,
  { dirty, earlier }: Pick<Prepared, 'dirty' | 'earlier'>,
): Prepared['dirty'] => (earlier && mode !== undefined && mode !== 'all' ? 'all' : dirty);
