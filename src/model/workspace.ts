import type { SandboxMode } from './isolation.ts';
import type { KeyPath, TargetDecl } from './target.ts';

/** Where actions run: there and else here, there or not at all, whichever ends first, here. */
export type ExecutionStrategy = 'auto' | 'remote' | 'race' | 'local';

/** Which outputs of what the remote cache has are brought here: all, those of the targets asked for, those that something here reads. */
export type RemoteDownload = 'all' | 'toplevel' | 'minimal';

/** `[tools.NAME]`: a host tool that targets may name. */
export interface ToolDecl {
  readonly name: string;
  readonly command: string;
  readonly versionArgs: readonly string[];
  readonly files: readonly string[];
}

/** `recomp.toml`, parsed and with defaults filled in. */
export interface WorkspaceConfig {
  readonly name: string;
  readonly ignore: readonly string[];
  readonly cache: {
    readonly maxSizeBytes: number;
    readonly maxAgeDays?: number;
    readonly remote?: string;
    readonly remoteMode: 'read-write' | 'read-only' | 'off';
    /** Parts of the shared cache: written to, and read from in this order; the empty name is the plain one. */
    readonly remoteScope: string;
    readonly remoteTrust: readonly string[];
    /** Public keys that results must be signed with; empty: they need not be. */
    readonly signers: Readonly<Record<string, string>>;
    /** A program that is asked for credentials: on PATH, or absolute. */
    readonly credentialHelper?: string;
    /** Whether blobs travel compressed where both ends can; `auto`: between machines. */
    readonly compression: 'auto' | 'always' | 'off';
    /** How long a finished build waits for its uploads. */
    readonly uploadWaitSeconds: number;
  };
  readonly remote: {
    /** A cluster that runs actions. */
    readonly executor?: string;
    readonly strategy: ExecutionStrategy;
    /** How many actions may be there at once. */
    readonly jobs: number;
    /** How long the cluster's queue may stand still before what waits there runs here. */
    readonly queueWaitSeconds: number;
    /** What every action asks of the machine that runs it. */
    readonly platform: Readonly<Record<string, string>>;
  };
  readonly sandbox: { readonly mode: SandboxMode; readonly baseId?: string };
  readonly rules: { readonly use: readonly { readonly spec: string; readonly at: KeyPath }[] };
  readonly tools: Readonly<Record<string, ToolDecl>>;
  readonly pools: Readonly<Record<string, number>>;
}

/** One `BUILD.toml`, or `automation.toml`, or both. */
export interface PackageDecl {
  /** Workspace-relative folder; the root is the empty string. */
  readonly path: string;
  readonly file: string;
  readonly targets: readonly TargetDecl[];
  /** Those whose names cannot be theirs, under makeshift ones: nobody can ask for them, but their other mistakes are told. */
  readonly misnamed?: readonly TargetDecl[];
  /** For targets that set none of their own; absent: public. */
  readonly visibility?: readonly string[];
  /** Tools that its commands name, beside those of `[tools]`. */
  readonly tools?: readonly PackageTool[];
}

export interface PackageTool {
  readonly decl: ToolDecl;
  /** False: only a name in a command, for which `[tools]` of the workspace may know better. */
  readonly explicit: boolean;
  readonly file: string;
  readonly at: KeyPath;
}
