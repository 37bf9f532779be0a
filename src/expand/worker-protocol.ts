import type { ConfiguredTarget, KeyPath, ResolvedTarget } from '../model/target.ts';
import type { Expansion, RuleSet, ToolsThere } from './expander.ts';

/** Says that a worker is an expander's: the same file may be loaded by threads that are not. */
export const WORKER_MARK = 'recomp-expander';

export interface PackageUse {
  readonly spec: string;
  readonly at: KeyPath;
}

export interface WorkerInit {
  readonly mark: typeof WORKER_MARK;
  readonly workspaceRoot: string;
  readonly use: readonly PackageUse[];
  /** What `recomp/rules` is. */
  readonly rulesUrl: string;
  /** The folder that built-in rules bring files from. */
  readonly builtInRoot: string;
  readonly debug: boolean;
  /** Two numbers: what it does (`PHASE`), and the index of the package or target it does it to. */
  readonly progress: SharedArrayBuffer;
}

export const PHASE = { starting: 0, loading: 1, expanding: 2 } as const;

export interface ExpandMessage {
  readonly targets: readonly ResolvedTarget[];
  readonly already: readonly ConfiguredTarget[];
  readonly tools: ToolsThere | undefined;
}

export type WorkerReply =
  | { readonly kind: 'rules'; readonly rules: RuleSet }
  | { readonly kind: 'expanded'; readonly expansion: Expansion }
  | { readonly kind: 'bug'; readonly message: string };
