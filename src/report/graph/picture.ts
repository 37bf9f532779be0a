/**
 * A graph as it is drawn: data only, the same in a file, in a page and on a terminal's other end. Edges lead from what is used to
 * what uses it, the way the work flows.
 */
export interface Picture {
  readonly title: string;
  /** The run whose outcome colours it; absent: nothing was ever built. */
  readonly run?: PictureRun;
  /** From what comes first to what comes last. */
  readonly lanes: readonly string[];
  /** In label order. */
  readonly nodes: readonly PictureNode[];
  /** Groups stand behind the group they are in; the first one is the whole. */
  readonly groups: readonly PictureGroup[];
  readonly edges: readonly (readonly [from: number, to: number])[];
  /** The nodes of the longest chain of recorded durations, in order. */
  readonly critical: readonly number[];
  readonly criticalMs: number;
}

export interface PictureRun {
  readonly id: string;
  readonly succeeded: boolean;
}

export interface PictureNode {
  readonly label: string;
  readonly rule: string;
  readonly lane: number;
  readonly group: number;
  readonly outcome: Outcome;
  /** How long it took when it ran last. */
  readonly ms?: number;
}

export interface PictureGroup {
  readonly name: string;
  /** Itself for the whole. */
  readonly parent: number;
  /** Targets in it, at any depth. */
  readonly size: number;
}

/** What became of a target in a run, the most telling first. */
export const OUTCOMES = ['failed', 'skipped', 'ran', 'remote', 'local', 'current', 'none'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  failed: 'failed',
  skipped: 'skipped',
  ran: 'ran',
  remote: 'from the remote cache',
  local: 'from the cache',
  current: 'up to date',
  none: 'not in the run',
};

export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.round((ms % 60_000) / 1000)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
