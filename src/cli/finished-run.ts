import type { BuildOutcome } from '../engine/build-outcome.ts';
import type { StoredKey } from '../engine/key-memory.ts';
import type { TraceSource } from '../engine/trace.ts';
import type { SeenEntry } from '../journal/seen-entry.ts';
import type { SeenTable } from '../journal/seen-table.ts';
import type { FramedRun } from './build-frame.ts';
import type { BuildState } from './build-state.ts';
import type { Engine } from './engine.ts';
import type { BuildRequestKey } from './fast-path.ts';
import type { RequestPlan } from './plan-file.ts';
import type { PlainRun } from './run-state/plain-run.ts';
import type { TraceLines } from './trace-file.ts';
import type { UnchangedLines } from './unchanged-lines.ts';

/** A build that is over, with all that is to be written down of it. */
export interface FinishedRun {
  readonly runId: string;
  readonly request: BuildRequestKey;
  readonly plan: RequestPlan;
  readonly load: () => readonly SeenEntry[];
  /** Present where the workspace was loaded: whether its files declare a target, as far as they were read. */
  readonly mayDeclare?: ((label: string) => boolean) | undefined;
  /** Present: the plan is the stored one, and this was seen of its files. */
  readonly before: StoredRequest | undefined;
  /** Present: the plan is a new one, and this is what held of the last one. */
  readonly earlier?: EarlierBuild | undefined;
  readonly state: BuildState;
  readonly engine: Engine;
  readonly unchangedLines: UnchangedLines;
  readonly keys: { changes(): ReadonlyMap<string, StoredKey> };
  readonly outcome: BuildOutcome;
  readonly startedAt: number;
  readonly interrupted: boolean;
  /** Present: it was written down from its start. */
  readonly run: FramedRun | undefined;
  /** Present if not. */
  readonly plain: PlainRun | undefined;
}

/** What was known of another plan of the same request. */
export interface EarlierBuild {
  readonly table: SeenTable;
  readonly changed: readonly number[];
  /** By the places of the new plan. */
  readonly traces: TraceSource;
}

export interface StoredRequest {
  readonly table: SeenTable;
  readonly changed: readonly number[];
  readonly traces: TraceLines;
}
