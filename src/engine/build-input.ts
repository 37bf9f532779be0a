import type { ActionTable } from '../graph/action-table.ts';
import type { TraceSource } from './trace.ts';

export interface BuildOptions {
  readonly jobs: number;
  readonly keepGoing: boolean;
  /** Run although nothing changed. */
  readonly force: boolean;
  readonly keepSandbox: boolean;
  readonly verifyDeterminism: boolean;
  readonly explain: boolean;
  readonly pools: Readonly<Record<string, number>>;
}

export interface BuildInput {
  readonly table: ActionTable;
  readonly traces: TraceSource;
  /** Actions (by index) something of which may have changed; `all` when nothing is known. */
  readonly dirty: ReadonlySet<number> | 'all';
  /** Of the dirty ones, those whose own inputs are as their traces had them: only outputs were touched. */
  readonly steady: (index: number) => boolean;
  readonly options: BuildOptions;
  /** Says, while the build runs, which actions read something that is not any more as they read it. */
  readonly outdated?: Outdated;
}

/** Tells a listener of actions, by index; what depends on them is out of date as well. Returns how to stop listening. */
export type Outdated = (listener: (actions: ReadonlySet<number>) => void) => () => void;
