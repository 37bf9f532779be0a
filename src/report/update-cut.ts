import { sha256 } from '../fingerprint/digest-bytes.ts';
import { type CutBody, cutText, type ManifestLists, NOTHING } from './cut-body.ts';
import type { ListChanges, ManifestBody } from './manifest-lists.ts';
import { totalsText } from './manifest-text.ts';
import type { StoredBody } from './stored-body.ts';

/** With more entries spelled out than this a list is written down anew. */
export const LISTED_MAX = 250;

/** The lines are those of the same graph, so each that changed has one already. */
export function updatedCut(body: StoredBody, cut: CutBody, changes: ListChanges): ManifestBody | undefined {
  const { totals, quietTotals } = changes;
  const after = merged(cut.listed, changes.after);
  if (!body.hasArtifacts(changes.after.artifacts)) return undefined;
  const fingerprint = changes.after.inputs.size === 0 ? cut.fingerprint : body.fingerprintWith(after.inputs);
  if (fingerprint === undefined) return undefined;
  const next = { ...cut, fingerprint };
  if (Math.max(after.inputs.size, after.steps.size, after.artifacts.size) > LISTED_MAX)
    return rebased(body, next, after, changes);
  return {
    now: cutText({ ...next, listed: merged(cut.listed, changes.now) }, totals),
    asIfUnchanged: cutText({ ...next, listed: after }, quietTotals),
    totals,
    unchanged: { identity: cut.identity, now: true },
  };
}

function rebased(
  body: StoredBody,
  cut: CutBody,
  after: ManifestLists,
  { now, totals, quietTotals }: ListChanges,
): ManifestBody | undefined {
  const bytes = body.patched({ ...after, totals: totalsText(quietTotals) });
  if (!bytes) return undefined;
  const next = { ...cut, identity: sha256(bytes) };
  return {
    now: cutText({ ...next, listed: { ...NOTHING, steps: now.steps } }, totals),
    asIfUnchanged: cutText({ ...next, listed: NOTHING }, quietTotals),
    totals,
    unchanged: { identity: next.identity, bytes, now: true },
  };
}

const merged = (a: ManifestLists, b: ManifestLists): ManifestLists => ({
  inputs: new Map([...a.inputs, ...b.inputs]),
  steps: new Map([...a.steps, ...b.steps]),
  artifacts: new Map([...a.artifacts, ...b.artifacts]),
});
