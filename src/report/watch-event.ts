import type { Diagnostic } from '../base/diagnostic.ts';
import type { ActionRecord, Totals } from '../model/record.ts';

/** What set a round off. `first`: the session began. `asked`: somebody wanted it. */
export type RoundCause = 'first' | 'changed' | 'asked';

/** What happens in a session that watches, in order. */
export type WatchEvent =
  /** `changed`: paths as the workspace names them; more may have changed than is listed. */
  | {
      readonly kind: 'round-started';
      readonly round: number;
      readonly cause: RoundCause;
      readonly changed: readonly string[];
    }
  | { readonly kind: 'planned'; readonly actions: number }
  | {
      readonly kind: 'action-started';
      readonly action: string;
      readonly description: string;
      /** Since the first hint of the round, or since it began. */
      readonly sinceHintMs: number;
    }
  | {
      readonly kind: 'action-retried';
      readonly action: string;
      readonly attempt: number;
      readonly reason: string;
    }
  | { readonly kind: 'action-ended'; readonly record: ActionRecord }
  /** What changed while it ran made these worthless: they were ended, or not begun. */
  | { readonly kind: 'outdated'; readonly changed: readonly string[] }
  | {
      readonly kind: 'round-ended';
      readonly round: number;
      readonly runId: string;
      readonly state: 'succeeded' | 'failed' | 'cancelled';
      readonly totals: Totals;
      readonly records: readonly ActionRecord[];
      /** Actions that are still to be done: they failed, or wait for one that did. */
      readonly unfinished: readonly string[];
      readonly durationMs: number;
    }
  /** There is no graph to build: mistakes in the workspace, or inputs that are not there. Nothing that was built is lost. */
  | {
      readonly kind: 'broken';
      readonly round: number;
      /** As a command would end: 2 mistakes, 3 refused by policy, 4 the machine. */
      readonly exitCode: number;
      readonly diagnostics: readonly Diagnostic[];
    }
  /** The machine refused something; the next change tries again. */
  | { readonly kind: 'trouble'; readonly message: string }
  | { readonly kind: 'warning'; readonly message: string }
  /** Another command changes the workspace. */
  | { readonly kind: 'waiting'; readonly owner: string }
  /** The session ends by itself: somebody has to start another one. */
  | { readonly kind: 'over'; readonly message: string }
  /** Everything is looked at; the next event comes with the next change. */
  | { readonly kind: 'resting'; readonly folders: number; readonly files: number };
