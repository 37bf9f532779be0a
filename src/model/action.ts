import type { Label } from './label.ts';

/**
 * An action as a rule declares it: one hermetic process. Data only, so that it can be stored, shown and sent
 * to another thread. All paths are relative to the execution root, with `/`, unless they say otherwise.
 */
export interface ActionDecl {
  /** Unique within the target. */
  readonly id: string;
  /** A short word for people: `Command`, `CcCompile`. */
  readonly mnemonic: string;
  /** One line for people; defaults to the outputs. */
  readonly description?: string;
  readonly argv: readonly Arg[];
  readonly env: Readonly<Record<string, Arg>>;
  readonly inputs: readonly InputRef[];
  readonly outputs: readonly OutputDecl[];
  /** Names from `[tools]`; each is on the action's PATH under that name. */
  readonly tools: readonly string[];
  readonly timeoutMs?: number;
  /** May reach the network: never cached, unless every output's digest is pinned. */
  readonly network: boolean;
  /** Why it cannot be shut in (it needs the display): it runs in the user's session, here alone, and is never cached. */
  readonly local?: string;
  /** Digests the outputs must have, by output path. */
  readonly pinned?: Readonly<Record<string, string>>;
  /** Remote Execution platform properties, set by the user only. */
  readonly platform?: Readonly<Record<string, string>>;

  /** The folder below which the outputs lie instead of the workspace (absolute, or relative to the workspace); they are never cached. */
  readonly home?: string;

  // Scheduling only, never in the key:
  readonly retries: number;
  readonly pool?: string;
  /** A test's action: its failure is a red test, its log is always kept. */
  readonly test?: boolean;
  /** What it writes to standard error is for whoever builds, although it succeeds. */
  readonly notes?: boolean;
  /** It prints names, digests and verdicts, never what it read: that may be shown also where its inputs are proprietary. */
  readonly terse?: boolean;
  /**
   * Present: a template. One action is planned per file of the directory output `each.over`, when it is known. In `argv`,
   * `env`, `outputs`, `id` and `description` the following are replaced: `$(item)` (its path), `$(item.rel)` (within the
   * directory), `$(item.name)`, `$(item.stem)` (rel without its last extension). The item's file itself is an input.
   */
  readonly each?: {
    readonly over: string;
    readonly include: readonly string[];
    readonly exclude: readonly string[];
  };
}

/** A word of a command line or environment: text, or paths that are known only when the action is planned. */
export type Arg = string | PathsArg;

/** The paths of some inputs (indexes into `inputs`); in argv each is a word of its own, in env they are joined by a space. */
export interface PathsArg {
  readonly paths: readonly number[];
  /** Put before each path: `-I`. */
  readonly prefix?: string;
}

export type InputRef =
  /** A file in the workspace, at its own path. */
  | { readonly kind: 'source'; readonly path: string }
  /** A declared output of another action (a file, or a whole directory). */
  | { readonly kind: 'output'; readonly path: string }
  /** Every output of every instance of a template (`owner`'s action `template`), in path order. */
  | { readonly kind: 'group'; readonly owner: Label; readonly template: string }
  /** A file outside the workspace (absolute `from`), staged at `path`; hashed, never stored. */
  | { readonly kind: 'external'; readonly from: string; readonly path: string; readonly sha256?: string }
  /** A file of a rule package (absolute `from`), staged at `path`: what an action runs is among its inputs. */
  | { readonly kind: 'tool'; readonly from: string; readonly path: string }
  /** A small file the rule itself writes: lists, parameters. Its lines may be paths known only later. */
  | {
      readonly kind: 'inline';
      readonly path: string;
      readonly lines: readonly Arg[];
      readonly executable?: boolean;
    };

export interface OutputDecl {
  readonly path: string;
  /** A directory whose files are unknown beforehand. */
  readonly tree: boolean;
}
