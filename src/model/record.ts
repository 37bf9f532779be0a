import type { Digest, Sha256 } from './digest.ts';
import type { ActionFailure } from './failure.ts';
import type { OutputResult } from './result.ts';

export type ActionStatus = 'succeeded' | 'failed' | 'skipped' | 'cancelled';

/** Where a success came from: it ran here, or on another machine (`executor`); caches; what was known already. */
export type ActionSource = 'executed' | 'executor' | 'local' | 'remote' | 'journal';

export const hasRun = (source: ActionSource | undefined): boolean =>
  source === 'executed' || source === 'executor';

/** What became of one action in one build. */
export interface ActionRecord {
  readonly id: string;
  /** Index of its target in the graph. */
  readonly target: number;
  readonly mnemonic: string;
  readonly status: ActionStatus;
  readonly source?: ActionSource;
  /** Absent where it was never computed: skipped, or an input was missing. */
  readonly key?: Sha256;
  readonly outputs: readonly OutputResult[];
  readonly attempts: number;
  /** Why it was not shut in. */
  readonly local?: string;
  /** Key and outputs are those of the last build; only its outputs had to be put back. */
  readonly same?: boolean;
  readonly failure?: ActionFailure;
  readonly stdout?: Digest;
  readonly stderr?: Digest;
  /** What it wrote and had not declared. */
  readonly undeclared?: readonly string[];
  readonly kept?: { readonly folder: string; readonly enter: string };
  /** The machine and the run that had made what came from a cache. */
  readonly maker?: string;
  /** When it ran: since the start of the build, in ms. Only in stamps and profiles. */
  readonly startedMs?: number;
  readonly wallMs?: number;
  /** What differs from the last success, the most telling first; only when asked for. */
  readonly why?: readonly { readonly field: string; readonly before?: string; readonly after?: string }[];
  /** Only with failures, and of actions that have notes for people. */
  readonly log?: ActionLog;
  /** Of a failure, in the place of `log`: files with what it printed, which may be proprietary. For this machine's terminal alone. */
  readonly withheld?: readonly string[];
}

/** The end of what an action printed; `omitted`: so many bytes came before, and are only in the run's log. */
export interface ActionLog {
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  readonly omitted?: { readonly stdout: number; readonly stderr: number };
}

export interface Totals {
  readonly total: number;
  readonly executed: number;
  readonly failed: number;
  readonly local_hits: number;
  readonly remote_hits: number;
  readonly up_to_date: number;
  readonly skipped: number;
}
