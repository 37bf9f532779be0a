import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { canonicalJson } from '../base/canonical-json.ts';
import { RECOMP_VERSION } from '../base/version.ts';
import { type FactSource, NodeFileFacts } from '../engine/file-facts.ts';
import type { EngineServices, Timeline } from '../engine/services.ts';
import { sha256 } from '../fingerprint/digest-bytes.ts';
import type { SeenEntry } from '../journal/seen-entry.ts';
import { isolationLevel } from '../model/isolation.ts';
import type { WorkspaceConfig } from '../model/workspace.ts';
import { chooseExecutor } from '../sandbox/choose-executor.ts';
import { cacheDirectory } from '../store/cache-directory.ts';
import { CompleteActionCache } from '../store/complete-action-cache.ts';
import type { Damage } from '../store/damage.ts';
import { keepWithinBounds } from '../store/keep-within-bounds.ts';
import { LocalActionCache } from '../store/local-action-cache.ts';
import { LocalBlobStore } from '../store/local-blob-store.ts';
import { compileGlob, matchesGlob } from '../workspace/glob.ts';
import type { BuildArguments } from './build-arguments.ts';
import type { RemoteChoice } from './compose-remote.ts';
import { openExecutors } from './executors.ts';
import { openHost } from './host-environment.ts';
import { createLogStore } from './log-store.ts';
import { say } from './print.ts';
import type { ResultAudit } from './result-audit.ts';
import { sessionVariables } from './session-variables.ts';

export interface Engine {
  readonly services: EngineServices;
  readonly facts: NodeFileFacts;
  readonly logs: ReturnType<typeof createLogStore>;
  readonly hostFingerprint: string;
  readonly host: Readonly<Record<string, string | null>>;
  toolVersions(): Readonly<Record<string, string>>;
  /** What else the answer "nothing changed" hangs on. */
  observed(): readonly SeenEntry[];
  /** What a remote cache was good for; absent: there is none. */
  remoteNumbers(): object | undefined;
  /** What is still being sent has arrived, or is given up. */
  settle(): Promise<void>;
  /** Troubles that did not stop anything, each once. */
  warnings(): readonly string[];
  /** Nothing more will run: its processes end while the rest is written down. */
  stopExecutor(): Promise<void>;
  /** Keeps what was found out about the machine, and the cache and the logs within their bounds. */
  tidy(): Promise<void>;
  close(): Promise<void>;
}

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

type RemoteArguments = Pick<BuildArguments, 'remoteCache' | 'noRemote'>;

/** The one place where ports meet their adapters. A number is the exit code of what has been said. */
export async function composeEngine({
  root,
  stateDir,
  config,
  args,
  known,
  keys,
  runId,
  timeline,
  warm = false,
  audit,
}: ComposeOptions): Promise<Engine | number> {
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
  const directory = cacheDirectory(process.env, root);
  const onDamage = (damage: Damage): void =>
    void warnings.add(`the cache held a damaged entry, which was dropped: ${damage.path}`);
  const blobs = new LocalBlobStore({ directory, onDamage });
  const cache = new CompleteActionCache(new LocalActionCache({ directory, blobs, onDamage }), blobs);
  const wanted = remoteChoice(config, args);
  const remote =
    wanted && (await import('./compose-remote.ts')).composeRemote(wanted, { blobs, results: cache });
  if (typeof remote === 'string') {
    say(remote);
    await executor.close();
    return 2;
  }
  const facts = new NodeFileFacts(known);
  const executors = openExecutors(chosen.value, {
    root,
    mustShutIn: mode === 'required',
    tell: (text) => void warnings.add(text),
  });
  const host = openHost(config, root, directory);
  const logs = createLogStore(stateDir);
  const services: EngineServices = {
    root,
    facts,
    blobs: (!audit && remote?.blobs) || blobs,
    results: (audit && remote?.audited(audit)) ??
      remote?.results ?? {
        lookup: async ({ key }) => {
          const result = await cache.get(key);
          return result && { result, source: 'local' };
        },
        store: ({ key }, result) => cache.put(key, result),
      },
    ...(remote && { lookups: remote.lookups }),
    executor,
    host,
    isolation: isolationLevel(executor.kind),
    executorFor: executors.executorFor,
    unenclosed: {
      isolation: mode === 'required' || executor.kind === 'off' ? isolationLevel(executor.kind) : 1,
      session: sessionVariables(process.env),
    },
    matches: globMatcher(),
    now: clockSince(performance.now()),
    ...(timeline && { timeline }),
    ...(runId !== undefined && { maker: makerOf(runId) }),
    logs,
    keys,
    cacheTrouble: (error) =>
      void warnings.add(
        `the cache in ${directory} cannot be written, so nothing is kept there: ${error instanceof Error ? error.message : String(error)}`,
      ),
  };
  let stopped: Promise<void> | undefined;
  const stopExecutor = (): Promise<void> => {
    if (!stopped) {
      stopped = executors.close();
      // Whoever waits for it hears of it; until then it is nobody's.
      stopped.catch(() => {});
    }
    return stopped;
  };
  let counted = 0;
  const tidy = async (): Promise<void> => {
    host.save();
    logs.prune();
    const added = blobs.addedBytes - counted;
    counted = blobs.addedBytes;
    await keepWithinBounds(directory, config.cache, added);
  };
  return {
    services,
    facts,
    logs,
    hostFingerprint: sha256(canonicalJson(host.base)),
    host: {
      sandbox: executor.kind,
      sandbox_mode: mode,
      isolation: String(isolationLevel(executor.kind)),
      remote: remote?.name ?? null,
    },
    toolVersions: () => ({ recomp: RECOMP_VERSION, ...host.versions() }),
    observed: () => [...host.observed(), ...SANDBOX_PROGRAMS.map(presence)],
    remoteNumbers: () => remote?.numbers(),
    settle: async () => remote?.settle(),
    warnings: () => [...warnings, ...(remote?.warnings() ?? []), ...facts.edited().map(editedWarning)],
    stopExecutor,
    tidy,
    close: async () => {
      remote?.close();
      await stopExecutor();
      await tidy();
    },
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

const makerOf = (runId: string): string => `${hostname()}/${runId}`;

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
    services: { ...engine.services, facts, keys, now: clockSince(Date.now()), maker: makerOf(runId) },
  };
}

const editedWarning = (path: string): string =>
  `${path} was edited while the build ran: what was made of it before is made again by the next build`;

/** A better sandbox may be installed later: then what a weaker one made is looked at again. */
const SANDBOX_PROGRAMS: readonly string[] = ['/usr/bin/bwrap', '/usr/bin/unshare'];

const presence = (path: string): SeenEntry => ({
  path,
  kind: 'load',
  type: existsSync(path) ? 'is-file' : 'missing',
});

const clockSince = (start: number) => (): number => performance.now() - start;

/** Each glob is read once. A bad one was refused when the workspace was loaded, and takes nothing here. */
function globMatcher(): (glob: string, path: string) => boolean {
  const compiled = new Map<string, (path: string) => boolean>();
  return (text, path) => {
    let matches = compiled.get(text);
    if (!matches) {
      const glob = compileGlob(text);
      matches = glob.ok ? (p) => matchesGlob(glob.value, p, true) : () => false;
      compiled.set(text, matches);
    }
    return matches(path);
  };
}
