import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { journalFacts, NodeFileFacts } from '../../engine/file-facts.ts';
import { heldEntries, type SeenEntry, takeSeen } from '../../journal/seen-table.ts';
import type { AutomationPackage } from '../../loading/package-source.ts';
import type { BuildFrame } from '../build-frame.ts';
import type { BuildState } from '../build-state.ts';
import type { RequestPlan } from '../plan-file.ts';
import { checkInputs } from './check-inputs.ts';
import { workTreeOf } from './git-tracks.ts';
import { refuseInputs } from './refuse-inputs.ts';

export interface Vetted {
  readonly code: 0 | 2 | 3;
  /** What this answer hangs on beside the workspace's own files. */
  readonly watched: readonly SeenEntry[];
}

/** Before anything runs: are the inputs there, are they what their provenance says, and do they lie where they may? */
export function vetInputs(
  root: string,
  plan: RequestPlan,
  packages: readonly AutomationPackage[],
  state: BuildState,
  frame: BuildFrame | undefined,
): Vetted {
  const facts = new NodeFileFacts(journalFacts(state.files));
  const code = refuseInputs(checkInputs(root, plan, packages, facts, frame?.begin !== undefined));
  // Large inputs are hashed once. Whoever only asks changes nothing.
  if (frame !== undefined) state.files.append(facts.changes());
  return { code, watched: packages.some(isTainted) ? gitIndex(root) : [] };
}

const isTainted = ({ loaded }: AutomationPackage): boolean => loaded.targets.some((target) => target.taint);

/** It changes with every `git add`: a proprietary file may have been taken in. */
function gitIndex(root: string): SeenEntry[] {
  const tree = workTreeOf(realpathSync(root));
  const index = tree === undefined ? undefined : join(tree, '.git/index');
  if (index === undefined || !existsSync(index)) return [];
  return heldEntries(takeSeen(root, {}, [{ path: index, kind: 'load', type: 'file' }]), 'load');
}
