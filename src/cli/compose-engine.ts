import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { canonicalJson } from '../base/canonical-json.ts';
import { monotonicMs } from '../base/clock.ts';
import { RECOMP_VERSION } from '../base/version.ts';
import { type FactSource, NodeFileFacts } from '../engine/file-facts.ts';
import type { EngineServices, Timeline } from '../engine/services.ts';
import { sha256 } from '../fingerprint/digest-bytes.ts';
import type { SeenEntry } from '../journal/seen-entry.ts';
import { isolationLevel } from '../model/isolation.ts';
import type { WorkspaceConfig } from '../model/workspace.ts';
import type { Executor } from '../ports/executor.ts';
import { type Chosen, chooseExecutor } from '../sandbox/choose-executor.ts';
import type { BuildArguments } from './build-arguments.ts';
import type { ExecutorParts } from './compose-executor.ts';
import type { Engine } from './engine.ts';
import { type Executors, openExecutors } from './executors.ts';
import { globMatcher } from './glob-matcher.ts';
import { openHost } from './host-environment.ts';
import { createLogStore } from './log-store.ts';
import { type Caches, openCaches, type RemoteArguments } from './open-caches.ts';
import { openExecutor } from './open-executor.ts';
import { say } from './print.ts';
import type { ResultAudit } from './result-audit.ts';
import { sessionVariables } from './session-variables.ts';

export interface ComposeOptions {
  readonly root: string;
  readonly stateDir: string;
  readonly config: WorkspaceConfig;
  readonly args: Pick<BuildArguments, 'sandbox'> & Partial<RemoteArguments>;
  readonly known: FactSource;
  readonly keys: EngineServices['keys'];
  /** Absent: nothing is going to be made. */
  readonly runId?: string;
  readonly timeline?: Timeline;
  /** Something is going to run: what that needs is started at once. */
  readonly warm?: boolean;
  /** Compares every outcome with the remote cache, which gives and gets nothing. */
  readonly audit?: ResultAudit;
}

type Mode = WorkspaceConfig['sandbox']['mode'];

/** The one place where ports meet their adapters. A number is the exit code of what has been said. */
export async function composeEngine(options: ComposeOptions): Promise<Engine | number> {
  const { root, stateDir, config, args, warm = false, audit } = options;
  const mode = args.sandbox ?? config.sandbox.mode;
  const chosen = await chooseExecutor({ mode, workspaceRoot: root, stateDir: `${stateDir}/state` });
  if (!chosen.ok) {
    const failure = chosen.error;
    say('message' in failure ? failure.message : 'no sandbox');
    if ('help' in failure && failure.help) say(failure.help);
    return 4;
  }
  const { executor } = chosen.value;
  if (warm) executor.warm?.();
  const warnings = new Set<string>(chosen.value.warnings);
  const caches = await openCaches({ root, config, args, audit, warn: (text) => void warnings.add(text) });
  if (typeof caches === 'string') {
    say(caches);
    await executor.close();
    return 2;
  }
  const cluster = await openExecutor(options, caches);
  if (typeof cluster === 'string') {
    say(cluster);
    await executor.close();
    return 2;
  }
  return assemble(options, mode, chosen.value, caches, cluster, warnings);
}

function assemble(
  options: ComposeOptions,
  mode: Mode,
  chosen: Chosen,
  caches: Caches,
  cluster: ExecutorParts | undefined,
  warnings: Set<string>,
): Engine {
  const { root, stateDir, config, known } = options;
  const { executor } = chosen;
  const { remote } = caches;
  const warn = (text: string): void => void warnings.add(text);
  const facts = new NodeFileFacts(known);
  const executors = openExecutors(chosen, {
    root,
    mustShutIn: mode === 'required',
    tell: warn,
    beside: cluster && ((local) => cluster.over(local)),
  });
  const host = openHost(config, root, caches.directory);
  const logs = createLogStore(stateDir);
  const parts = { facts, executor, executorFor: executors.executorFor, host, logs };
  const stopExecutor = onceClosed(executors);
  const tidy = async (): Promise<void> => {
    host.save();
    logs.prune();
    await caches.tidy();
  };
  return {
    services: {
      ...parts,
      ...(cluster && { runs: cluster.width }),
      ...settings(options, mode, executor.kind),
      ...cacheServices(caches, warn),
    },
    facts,
    logs,
    hostFingerprint: sha256(canonicalJson(host.base)),
    host: {
      sandbox: executor.kind,
      sandbox_mode: mode,
      isolation: String(isolationLevel(executor.kind)),
      remote: remote?.name ?? null,
      ...(cluster && { remote_executor: cluster.name }),
    },
    toolVersions: () => ({ recomp: RECOMP_VERSION, ...host.versions() }),
    observed: () => [...host.observed(), ...SANDBOX_PROGRAMS.map(presence)],
    remoteNumbers: () => remote?.numbers(),
    executorNumbers: () => cluster?.numbers(),
    settle: async () => remote?.settle(),
    warnings: () => [
      ...warnings,
      ...(remote?.warnings() ?? []),
      ...(cluster?.warnings() ?? []),
      ...facts.edited().map(editedWarning),
    ],
    stopExecutor,
    tidy,
    close: async () => {
      remote?.close();
      cluster?.close();
      await stopExecutor();
      await tidy();
    },
  };
}

type Settings = 'root' | 'isolation' | 'unenclosed' | 'matches' | 'now' | 'timeline' | 'maker' | 'keys';

const settings = (
  { root, keys, runId, timeline }: ComposeOptions,
  mode: Mode,
  kind: Executor['kind'],
): Pick<EngineServices, Settings> => ({
  root,
  isolation: isolationLevel(kind),
  unenclosed: {
    isolation: mode === 'required' || kind === 'off' ? isolationLevel(kind) : 1,
    session: sessionVariables(process.env),
  },
  matches: globMatcher(),
  now: newClock(),
  ...(timeline && { timeline }),
  ...(runId !== undefined && { maker: makerOf(runId) }),
  keys,
});

const cacheServices = (
  { directory, blobs, results, remote }: Caches,
  warn: (text: string) => void,
): Pick<EngineServices, 'blobs' | 'results' | 'lookups' | 'cacheTrouble'> => ({
  blobs,
  results,
  ...(remote && { lookups: remote.lookups }),
  cacheTrouble: (error) => warn(unwritable(directory, error)),
});

function onceClosed(executors: Executors): () => Promise<void> {
  let stopped: Promise<void> | undefined;
  return () => {
    if (!stopped) {
      stopped = executors.close();
      // Whoever waits for it hears of it; until then it is nobody's.
      stopped.catch(() => {});
    }
    return stopped;
  };
}

/** The same machine for another build: what is known of files, and what keys were made of, is its own. */
export function engineAgain(
  engine: Engine,
  known: FactSource,
  keys: EngineServices['keys'],
  runId: string,
): Engine {
  const facts = new NodeFileFacts(known);
  return {
    ...engine,
    facts,
    services: { ...engine.services, facts, keys, now: newClock(), maker: makerOf(runId) },
  };
}

const makerOf = (runId: string): string => `${hostname()}/${runId}`;

const unwritable = (directory: string, error: unknown): string =>
  `the cache in ${directory} cannot be written, so nothing is kept there: ${error instanceof Error ? error.message : String(error)}`;

const editedWarning = (path: string): string =>
  `${path} was edited while the build ran: what was made of it before is made again by the next build`;

/** A better sandbox may be installed later: then what a weaker one made is looked at again. */
const SANDBOX_PROGRAMS: readonly string[] = ['/usr/bin/bwrap', '/usr/bin/unshare'];

const presence = (path: string): SeenEntry => ({
  path,
  kind: 'load',
  type: existsSync(path) ? 'is-file' : 'missing',
});

function newClock(): () => number {
  const start = monotonicMs();
  return () => monotonicMs() - start;
}
