import type { ActionKey } from '../fingerprint/action-key.ts';
import type { ToolIdentity } from '../fingerprint/resolved-action.ts';
import type { ActionDecl } from '../model/action.ts';
import type { Digest } from '../model/digest.ts';
import type { ActionFailure } from '../model/failure.ts';
import type { IsolationLevel } from '../model/isolation.ts';
import type { ActionRecord } from '../model/record.ts';
import type { ActionResult } from '../model/result.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { Executor, StagedTool } from '../ports/executor.ts';
import type { FileFacts } from './content.ts';
import type { KeyMemory } from './key-memory.ts';

export interface ToolUse {
  readonly identity: ToolIdentity;
  readonly staged: StagedTool;
}

/** The host as actions may know it. */
export interface HostEnvironment {
  readonly base: Readonly<Record<string, string>>;
  /** What every action asks of the machine that runs it. */
  readonly platform: Readonly<Record<string, string>>;
  tool(name: string): ToolUse | ActionFailure;
  /** What of these tools, or of the base system, is not what it was when its identity was taken; it is found out anew then. */
  changed(tools: readonly string[]): string | undefined;
}

/** Action results wherever they are kept. A result is given only while all its blobs can be had. */
export interface ResultCache {
  /** `use`: whether its content is wanted at once, or that it can be had later, or only to know of it. */
  lookup(
    key: ActionKey,
    use: 'content' | 'presence' | 'knowledge',
  ): Promise<{ readonly result: ActionResult; readonly source: 'local' | 'remote' } | undefined>;
  store(key: ActionKey, result: ActionResult): Promise<void>;
}

/** Keeps what actions printed, by digest, for the run's record. */
export interface LogKeeper {
  keep(digest: Digest, bytes: Uint8Array): void;
  /** A copy of a file of whatever length, which may still grow; `path`: where the copy lies. */
  keepFile(from: string): { readonly digest: Digest; readonly path: string };
  /** Out of a store, if it is there. */
  keepBlob(digest: Digest, blobs: BlobStore): Promise<void>;
}

/** What time is spent on, apart from each other. */
export type TimelinePart = 'hash' | 'cache' | 'remote' | 'sandbox' | 'process' | 'store';

/** Is told where an action's time went, in `EngineServices.now`'s milliseconds. */
export type Timeline = (action: string, part: TimelinePart, from: number, to: number) => void;

/** Everything the engine needs of the world. Only `cli/` constructs it. */
export interface EngineServices {
  readonly root: string;
  readonly facts: FileFacts;
  readonly blobs: BlobStore;
  readonly results: ResultCache;
  readonly executor: Executor;
  readonly host: HostEnvironment;
  /** How many actions may be looked up at once, where looking up takes time and no processor; absent: as many as run. */
  readonly lookups?: number;
  /** How many actions may run at once where some of them run elsewhere; absent: as many as `jobs` says. */
  readonly runs?: number;
  /** Whose outputs (by action id) may stay in the remote cache until something here reads them; absent: nobody's. */
  readonly leaves?: (id: string) => boolean;
  /** A cached result needs at least this. */
  readonly isolation: IsolationLevel;
  /** What runs this action; undefined: it cannot be shut in, and must be. */
  readonly executorFor: (id: string, decl: ActionDecl) => Executor | undefined;
  /** Of actions that cannot be shut in: what is asked of a result that was had before, and what leads to the user's session. */
  readonly unenclosed: {
    readonly isolation: IsolationLevel;
    readonly session: Readonly<Record<string, string>>;
  };
  /** Whether a glob takes a path; for templates. */
  readonly matches: (glob: string, path: string) => boolean;
  readonly now: () => number;
  /** Only where somebody wants to know. */
  readonly timeline?: Timeline;
  /** This machine and this run: by it, whoever takes a result out of a cache learns where it was made. */
  readonly maker?: string;
  readonly logs: LogKeeper;
  readonly keys: KeyMemory;
  /** The cache cannot be written. Said once by whoever composed this. */
  readonly cacheTrouble: (error: unknown) => void;
  /** What failed in the round before, by id: with the same key it would fail again. Only of a session that stays. */
  readonly failures?: ReadonlyMap<string, ActionRecord>;
}
