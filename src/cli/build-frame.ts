import type { AutomationChoice } from '../automation/load-automation.ts';
import type { BuildObserver } from '../engine/build-observer.ts';
import type { BuildOutcome } from '../engine/build-outcome.ts';
import type { Label } from '../model/label.ts';
import type { LoadAnswer } from './load-workspace.ts';
import type { RequestPlan } from './plan-file.ts';
import type { ResultAudit } from './result-audit.ts';

/** A run that is written down from its start, and what goes into its record. */
export interface FramedRun {
  readonly runId: string;
  readonly observer: BuildObserver;
  /** Nothing could be run: it failed, and nobody interrupted it. */
  refused(): void;
  /** In the order in which events tell them, whether or not anything was done for them. */
  readonly stages: readonly Label[];
  /** How often a stage was tried, retries and resumptions included; 0: never. */
  attempts(stage: Label): number;
  /** Of a run that was taken up again: what it told before, as lines. */
  readonly earlierEvents: readonly string[];
  /** Another loop may be described in its folder, of targets of the same names. */
  readonly sharesFolder: boolean;
}

/** How a command that is more than `recomp build` makes use of a build. */
export interface BuildFrame {
  /** What those are told who wait for this one. */
  readonly command?: string;
  /** Where the loop that it is about is not described by the usual file. */
  readonly automation?: AutomationChoice | undefined;
  /** Told what was loaded, mistakes and all; absent: the mistakes are printed. */
  readonly loaded?: (answer: LoadAnswer) => void;
  /** Cuts what was loaded to what the command is about; undefined: nothing is left, which has been said. */
  readonly narrow?: (plan: RequestPlan) => RequestPlan | undefined;
  /** Called once what is to be built is known, and before anything runs; a number is the exit code of what has been said. */
  readonly begin?: (plan: RequestPlan) => FramedRun | number;
  readonly ended?: (plan: RequestPlan, outcome: BuildOutcome) => void;
  /** How many lines of a failed action's log are shown. */
  readonly logLines?: number;
  /** Everything runs, and is held against the remote cache. */
  readonly audit?: ResultAudit;
}
