import { sha256 } from '../fingerprint/digest-bytes.ts';
import { type CutBody, cutText, NOTHING } from './cut-body.ts';
import {
  bothTotals,
  changedSteps,
  changesOf,
  fromScratch,
  type ManifestBody,
  type ManifestSource,
  newLines,
  stepOf,
} from './manifest-lists.ts';
import { bodyText, joined, type ManifestLines, totalsText } from './manifest-text.ts';
import { LISTED_MAX, updatedCut } from './update-cut.ts';

/** So many targets are a large set: the record of one in which little changed names that alone. */
const LARGE = 1_000;
export function manifestBody(source: ManifestSource): ManifestBody {
  const updated = updatedBody(source);
  if (updated) return updated;
  if (source.untouched > 0) return manifestBody(fromScratch(source));
  const lines = newLines(source);
  const { now, unchanged } = changedSteps(source);
  const fingerprint = sha256(joined(lines.inputs));
  const { totals, quietTotals } = bothTotals(source);
  const withSteps = (texts: ReadonlyMap<string, string>): ManifestLines => ({
    ...lines,
    steps: source.labels.map((label) => texts.get(label) ?? stepOf(source, label, [])),
  });
  const left = leftToBase(source, withSteps(now), withSteps(unchanged), fingerprint);
  if (left) return { ...left, totals };
  const whole = bodyText(withSteps(unchanged), fingerprint, quietTotals);
  const short = source.labels.length < LARGE || lines.validation ? undefined : cutWhole(whole, lines, source);
  return {
    now: bodyText(withSteps(now), fingerprint, totals),
    asIfUnchanged: short ? cutText({ ...short.cut, fingerprint }, quietTotals) : whole,
    totals,
    ...(short && { unchanged: { identity: short.cut.identity, bytes: short.bytes, now: false } }),
  };
}

/** Though the graph is another one: what lists of the same things say as before is left to where it is written already. */
function leftToBase(
  source: ManifestSource,
  now: ManifestLines,
  after: ManifestLines,
  fingerprint: string,
): Omit<ManifestBody, 'totals'> | undefined {
  const { base } = source;
  if (!base || now.validation !== undefined) return undefined;
  const listedNow = base.body.differing(now, LISTED_MAX);
  const listedAfter = listedNow && base.body.differing(after, LISTED_MAX);
  if (!listedAfter) return undefined;
  const { toolVersions, inputs, steps, artifacts } = now;
  const { identity } = base;
  const counts = { inputs: inputs.length, steps: steps.length, artifacts: artifacts.length };
  const cut = { toolVersions, fingerprint, identity, counts };
  const { totals, quietTotals } = bothTotals(source);
  return {
    now: cutText({ ...cut, listed: listedNow }, totals),
    asIfUnchanged: cutText({ ...cut, listed: listedAfter }, quietTotals),
    unchanged: { identity, now: true },
  };
}

/** Everything in a file of its own, and a body that names nothing apart. */
function cutWhole(
  whole: string,
  { toolVersions, inputs, artifacts }: Omit<ManifestLines, 'steps'>,
  { labels }: ManifestSource,
): { readonly bytes: Uint8Array; readonly cut: Omit<CutBody, 'fingerprint'> } {
  const bytes = Buffer.from(`{\n${whole}`);
  const counts = { inputs: inputs.length, steps: labels.length, artifacts: artifacts.length };
  return { bytes, cut: { toolVersions, identity: sha256(bytes), listed: NOTHING, counts } };
}

/** Undefined: there is nothing to go by, or more changed than lines. */
function updatedBody(source: ManifestSource): ManifestBody | undefined {
  const { previous } = source;
  if (!previous || previous.changed.some((path) => path.startsWith('/'))) return undefined;
  // What was not made has no line among the artifacts: there is none to put in the old one's place.
  if (source.records.some(({ status }) => status !== 'succeeded')) return undefined;
  const { body, cut } = previous;
  const changes = changesOf(source, previous);
  if (cut) return updatedCut(body, cut, changes);
  const { now, after, totals, quietTotals } = changes;
  const nowBody = body.patched({ ...now, totals: totalsText(totals) });
  const asIfUnchanged = body.patched({ ...after, totals: totalsText(quietTotals) });
  return nowBody && asIfUnchanged && { now: nowBody, asIfUnchanged, totals };
}
