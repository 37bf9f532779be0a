import { existsSync } from 'node:fs';
import { journalFacts, NodeFileFacts } from '../../engine/file-facts.ts';
import type { SeenEntry } from '../../journal/seen-entry.ts';
import { heldEntries } from '../../journal/seen-table.ts';
import { takeSeen } from '../../journal/take-seen.ts';
import type { BuildFrame } from '../build-frame.ts';
import type { BuildState } from '../build-state.ts';
import type { RequestPlan } from '../plan-file.ts';
import { allLoops, checkInputs, type LoopsOfPlan } from './check-inputs.ts';
import { ignoreRulesOf } from './git-tracks.ts';
import { refuseInputs } from './refuse-inputs.ts';
import { secretPlaces } from './secret-places.ts';

export interface Vetted {
  readonly code: 0 | 2 | 3;
  /** What this answer hangs on beside the workspace's own files. */
  readonly watched: readonly SeenEntry[];
}

/** Before anything runs: are the inputs there, are they what their provenance says, and do they lie where they may? */
export function vetInputs(
  root: string,
  plan: RequestPlan,
  loops: LoopsOfPlan,
  state: BuildState,
  frame: BuildFrame | undefined,
): Vetted {
  const facts = new NodeFileFacts(journalFacts(state.files));
  const code = refuseInputs(checkInputs(root, plan, loops, facts, frame?.begin !== undefined));
  const secrets = secretPlaces(root, allLoops(loops), facts);
  // Large inputs are hashed once. Whoever only asks changes nothing.
  if (frame !== undefined) state.files.append(facts.changes());
  const paths = [...new Set(secrets.flatMap(ignoreRulesOf))];
  const wanted = paths.map(
    (path): SeenEntry => ({ path, kind: 'load', type: existsSync(path) ? 'file' : 'missing' }),
  );
  return { code, watched: heldEntries(takeSeen(root, {}, wanted), 'load') };
}
