import { journalFacts, NodeFileFacts } from '../../engine/file-facts.ts';
import type { AutomationPackage } from '../../loading/package-source.ts';
import type { BuildFrame } from '../build-frame.ts';
import type { BuildState } from '../build-state.ts';
import type { RequestPlan } from '../plan-file.ts';
import { checkInputs } from './check-inputs.ts';
import { refuseInputs } from './refuse-inputs.ts';

/** Before anything runs: are the inputs there, are they what their provenance says, and do they lie where they may? The exit code. */
export function vetInputs(
  root: string,
  plan: RequestPlan,
  packages: readonly AutomationPackage[],
  state: BuildState,
  frame: BuildFrame | undefined,
): number {
  const facts = new NodeFileFacts(journalFacts(state.files));
  const code = refuseInputs(checkInputs(root, plan, packages, facts, frame?.begin !== undefined));
  // Large inputs are hashed once. Whoever only asks changes nothing.
  if (frame !== undefined) state.files.append(facts.changes());
  return code;
}
