import type { Diagnostic } from '../base/diagnostic.ts';
import type { ToolDecl, WorkspaceConfig } from '../model/workspace.ts';
import type { WorkspaceReader } from '../ports/file-reader.ts';
import { configShape } from './config-shape.ts';
import { readToml } from './read-toml.ts';
import { WORKSPACE_FILE } from './safe-path.ts';
import type { Read } from './shape.ts';
import { parseSize } from './size-syntax.ts';

const DEFAULT_MAX_SIZE = 20e9;
const DEFAULT_UPLOAD_WAIT_S = 60;
const DEFAULT_QUEUE_WAIT_S = 60;
const DEFAULT_REMOTE_JOBS = 64;

/** `recomp.toml` with its defaults filled in. `defaultName` is what the workspace is called if it does not say. */
export function loadConfig(
  reader: WorkspaceReader,
  defaultName = 'workspace',
): { readonly config?: WorkspaceConfig; readonly diagnostics: readonly Diagnostic[] } {
  const { value, diagnostics } = readToml(reader, WORKSPACE_FILE, configShape);
  // With mistakes in it, it still serves to find those of other files.
  if (value === undefined) return { diagnostics };
  return { config: fillIn(value, defaultName), diagnostics };
}

/** The configuration of a workspace that has no `recomp.toml` of its own. */
export const defaultConfig = (name: string): WorkspaceConfig => fillIn({}, name);

type RawConfig = Read<typeof configShape.keys>;

function fillIn(raw: RawConfig, defaultName: string): WorkspaceConfig {
  const { workspace = {}, sandbox = {}, rules = {}, pools = {} } = raw;
  return {
    name: workspace.name ?? defaultName,
    ignore: workspace.ignore ?? [],
    cache: cacheOf(raw),
    remote: remoteOf(raw),
    sandbox: {
      mode: sandbox.mode ?? 'auto',
      ...(sandbox.base_id === undefined ? {} : { baseId: sandbox.base_id }),
    },
    rules: { use: (rules.use ?? []).map((spec, i) => ({ spec, at: ['rules', 'use', i] })) },
    tools: toolsOf(raw),
    pools,
  };
}

function cacheOf({ cache = {} }: RawConfig): WorkspaceConfig['cache'] {
  return {
    maxSizeBytes: parseSize(cache.max_size ?? '') ?? DEFAULT_MAX_SIZE,
    remoteMode: cache.remote_mode ?? 'read-write',
    remoteScope: cache.remote_scope ?? '',
    remoteTrust: cache.remote_trust ?? [cache.remote_scope ?? ''],
    signers: cache.signers ?? {},
    compression: cache.remote_compression ?? 'auto',
    uploadWaitSeconds: cache.upload_wait_seconds ?? DEFAULT_UPLOAD_WAIT_S,
    ...(cache.max_age_days === undefined ? {} : { maxAgeDays: cache.max_age_days }),
    ...(cache.remote === undefined ? {} : { remote: cache.remote }),
    ...(cache.credential_helper === undefined ? {} : { credentialHelper: cache.credential_helper }),
  };
}

function remoteOf({ remote = {} }: RawConfig): WorkspaceConfig['remote'] {
  return {
    strategy: remote.strategy ?? 'auto',
    jobs: remote.jobs ?? DEFAULT_REMOTE_JOBS,
    queueWaitSeconds: remote.queue_wait_seconds ?? DEFAULT_QUEUE_WAIT_S,
    platform: remote.platform ?? {},
    ...(remote.executor === undefined ? {} : { executor: remote.executor }),
  };
}

function toolsOf({ tools = {} }: RawConfig): Readonly<Record<string, ToolDecl>> {
  return Object.fromEntries(
    Object.entries(tools).map(([name, tool]) => [
      name,
      {
        name,
        command: tool.command ?? name,
        versionArgs: tool.version_args ?? ['--version'],
        files: tool.files ?? [],
      },
    ]),
  );
}
