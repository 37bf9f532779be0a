import { existsSync, statSync } from 'node:fs';
import { AUTOMATION_FILE } from '../../automation/load-automation.ts';
import type { ProprietaryFile } from '../../automation/proprietary-files.ts';
import { journalFacts, NodeFileFacts } from '../../engine/file-facts.ts';
import type { SeenEntry } from '../../journal/seen-entry.ts';
import { heldEntries } from '../../journal/seen-table.ts';
import { takeSeen } from '../../journal/take-seen.ts';
import type { AutomationPackage } from '../../loading/package-source.ts';
import type { BuildFrame } from '../build-frame.ts';
import type { BuildState } from '../build-state.ts';
import type { BuildRequestKey } from '../fast-path.ts';
import type { RequestPlan } from '../plan-file.ts';
import { type KnownInput, readProprietary, writeProprietary } from '../proprietary-record.ts';
import { builtBefore } from './built-before.ts';
import { checkInputs, type LoopsOfPlan, loopsOfPlan } from './check-inputs.ts';
import { ignoreRulesOf } from './git-tracks.ts';
import { refuseInputs } from './refuse-inputs.ts';
import { filesOf, type NamedLoop, otherLoops, secretsOf } from './secret-loops.ts';
import { secretPlaces } from './secret-places.ts';

export interface Vetted {
  readonly code: 0 | 2 | 3;
  /** What this answer hangs on beside the workspace's own files. */
  readonly watched: readonly SeenEntry[];
}

/** Before anything runs: are the inputs there, are they what their provenance says, and do they lie where they may? */
export function vetInputs(
  { root, stateDir }: BuildRequestKey,
  plan: RequestPlan,
  loops: LoopsOfPlan,
  state: BuildState,
  frame: BuildFrame | undefined,
): Vetted {
  const facts = new NodeFileFacts(journalFacts(state.files));
  const record = readProprietary(stateDir);
  const loaded = loopsOfPlan(loops).map((loop) => named(loop, frame));
  const others = otherLoops(root, record, loaded, plan.config.ignore);
  // Of a loop whose provenance cannot be read now, what it said last time still counts.
  const unclear = others.filter((loop) => loop.loaded.provenance === undefined);
  const held = unclear.length > 0 ? (record?.inputs ?? []) : [];
  const secret = [...loaded, ...others].filter(
    (loop) => loop.loaded.taint !== undefined || unclear.includes(loop),
  );
  const secrets = [...secretsOf(root, secret), ...held.map((input) => ({ ...input, file: LOST }))];
  const known = new Set(record?.inputs.map(({ sha256 }) => sha256));
  const fresh = secrets.filter(({ sha256 }) => !known.has(sha256));
  const built = builtBefore(
    root,
    stateDir,
    fresh.map(({ sha256 }) => sha256),
  );
  const unknowing = fresh.filter(({ sha256 }) => built.has(sha256)).map(({ file }) => file);
  // Whoever is refused learns of the loop all the same; an input counts as known once nothing is left that was made of it before.
  if (frame !== undefined) {
    const choices = secret.map(({ path, name }) => ({ pkg: path, name }));
    const inputs = secrets.filter(({ sha256 }) => known.has(sha256) || !built.has(sha256)).map(toRecord);
    writeProprietary(stateDir, { loops: choices, inputs });
  }
  const faults = checkInputs(
    root,
    plan,
    loops,
    { secrets, built: unknowing },
    facts,
    frame?.begin !== undefined,
  );
  const code = refuseInputs(faults);
  const places = secretPlaces(root, loaded, facts);
  // Large inputs are hashed once. Whoever only asks changes nothing.
  if (frame !== undefined) state.files.append(facts.changes());
  const paths = [...new Set(places.flatMap(ignoreRulesOf))];
  const wanted = [
    ...paths.map((path): SeenEntry => ({ path, kind: 'load', type: existsSync(path) ? 'file' : 'missing' })),
    ...filesOf(others.filter((loop) => secret.includes(loop))),
  ];
  return { code, watched: heldEntries(takeSeen(root, {}, wanted), 'load') };
}

const LOST = 'an input of a loop whose provenance cannot be read';

const named = (loop: AutomationPackage, frame: BuildFrame | undefined): NamedLoop => ({
  ...loop,
  name: frame?.automation?.pkg === loop.path ? frame.automation.name : AUTOMATION_FILE,
});

const toRecord = ({ sha256, size, file }: ProprietaryFile): KnownInput => ({ sha256, ...sizeOf(size, file) });

function sizeOf(said: number | undefined, file: string): { readonly size?: number } {
  const size = said ?? statSync(file, { throwIfNoEntry: false })?.size;
  return size === undefined ? {} : { size };
}
