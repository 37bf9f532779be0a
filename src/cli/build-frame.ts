import type { BuildOutcome } from '../engine/build.ts';
import type { RequestPlan } from './plan-file.ts';

/** How a command that is more than `recomp build` makes use of a build. */
export interface BuildFrame {
  /** What those are told who wait for this one. */
  readonly command?: string;
  /** Cuts what was loaded to what the command is about; undefined: nothing is left, which has been said. */
  readonly narrow?: (plan: RequestPlan) => RequestPlan | undefined;
  readonly ended?: (plan: RequestPlan, outcome: BuildOutcome) => void;
  /** How many lines of a failed action's log are shown. */
  readonly logLines?: number;
}
