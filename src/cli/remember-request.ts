import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { BuildOutcome } from '../engine/build-outcome.ts';
import { journalTraces, type TraceSource } from '../engine/trace.ts';
import { removeFile, writeSealed } from '../journal/sealed-file.ts';
import { addSeen } from '../journal/seen-additions.ts';
import type { SeenEntry } from '../journal/seen-entry.ts';
import { saveSeen } from '../journal/seen-file.ts';
import type { SeenTable } from '../journal/seen-table.ts';
import { takeSeen } from '../journal/take-seen.ts';
import type { ManifestBody } from '../report/manifest-lists.ts';
import type { AskedBuild } from './explain/wider-builds.ts';
import { type BuildRequestKey, isHeader, requestFile, type SeenHeader, unchangedFile } from './fast-path.ts';
import type { FinishedRun, StoredRequest } from './finished-run.ts';
import { type RequestPlan, savePlan } from './plan-file.ts';
import { refreshSeen } from './refresh-seen.ts';
import { heldSignatures, seenEntries } from './seen-entries.ts';
import { type TraceLines, takeTraces, traceText } from './trace-file.ts';

/** What was written down for the next build. */
export type Remembered = Omit<StoredRequest, 'changed'>;

/** Writes what the next build of this request starts from. */
export function rememberRequest(
  run: FinishedRun,
  traces: TraceSource,
  { asIfUnchanged, unchanged }: ManifestBody,
  logs: SeenHeader['logs'],
  untouched: number,
): Remembered {
  const { request, plan, outcome, before } = run;
  const unfinished = unfinishedActions(plan, outcome);
  const header = {
    ...headerOf(run, logs, untouched, unfinished),
    ...(unchanged && { unchanged: unchanged.identity }),
  };
  const texts = changedTraces(plan, outcome);
  const refreshed = refreshedTable(run, header);
  const added = refreshed && !unchanged?.bytes && addedToSeen(run, refreshed, texts, asIfUnchanged);
  if (added) return added;
  const lines = linesAfter(run, traces, texts);
  // The old table must not stand beside newer files.
  removeFile(requestFile(request, 'seen'));
  if (!before) {
    savePlan(requestFile(request, 'plan'), plan);
    writeSealed(requestFile(request, 'asked'), JSON.stringify(askedOf(request)));
  }
  const saved = lines.save(requestFile(request, 'traces'));
  if (unchanged?.bytes) writeUnchanged(request, unchanged.identity, unchanged.bytes);
  writeSealed(requestFile(request, 'manifest'), asIfUnchanged);
  const table = refreshed ?? takeSeen(request.root, header, newEntries(run, traces, unfinished));
  return { table: saveSeen(requestFile(request, 'seen'), table), traces: saved };
}

/**
 * After a small edit only what is new is written. A crash in between leaves the older table beside the newer manifest: by that
 * table there is something to build, and then the manifest's lines count, not what it says as a whole.
 */
function addedToSeen(
  { request, before }: FinishedRun,
  table: SeenTable,
  texts: ReadonlyMap<number, string>,
  asIfUnchanged: ManifestBody['asIfUnchanged'],
): Remembered | undefined {
  if (!before) return undefined;
  writeSealed(requestFile(request, 'manifest'), asIfUnchanged);
  const added = addSeen(requestFile(request, 'seen'), table, texts);
  return added && { table: added, traces: before.traces.replaced(texts) };
}

/** What its key was made of that cannot be read from it: whoever asks about one target looks for a build of more. */
const askedOf = ({ here, patterns }: BuildRequestKey): AskedBuild => ({ here, patterns });

/** Runs that go by an older one hold links to it. */
function writeUnchanged(request: BuildRequestKey, identity: string, bytes: Uint8Array): void {
  const file = unchangedFile(request, identity);
  const folder = dirname(file);
  for (const name of readdirSync(folder))
    if (name.startsWith(`${request.key}.`) && name.endsWith('.unchanged')) removeFile(`${folder}/${name}`);
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, bytes);
  renameSync(temporary, file);
}

const headerOf = (
  { plan, engine, outcome }: FinishedRun,
  logs: SeenHeader['logs'],
  untouched: number,
  unfinished: ReadonlySet<number>,
): SeenHeader => ({
  actions: outcome.records.length + untouched,
  targets: plan.labels.length,
  hostFingerprint: engine.hostFingerprint,
  host: engine.host,
  logs,
  complete: unfinished.size === 0,
  unfinished: [...unfinished],
  policies: plan.policies,
  notes: plan.notes,
});

/** Undefined: what was seen has to be taken anew. */
function refreshedTable(
  { request, plan, engine, outcome, before }: FinishedRun,
  header: SeenHeader,
): SeenTable | undefined {
  // Outputs come and go where they may be elsewhere.
  if (engine.services.leaves) return undefined;
  if (!before || plan.hasTemplates || !header.complete || !wasComplete(before)) return undefined;
  return refreshSeen(request.root, before, header, outcome.records, engine.facts);
}

const wasComplete = ({ table }: StoredRequest): boolean => isHeader(table.header) && table.header.complete;

const linesAfter = (
  { plan, before, state }: FinishedRun,
  traces: TraceSource,
  texts: ReadonlyMap<number, string>,
): TraceLines =>
  before
    ? before.traces.replaced(texts)
    : takeTraces(plan.table.size, traces, (i) => plan.table.node(i).id, journalTraces(state.traces));

function changedTraces({ table }: RequestPlan, { traces, wanted }: BuildOutcome): Map<number, string> {
  const changed = new Map<number, string>();
  for (let i = 0; i < table.size; i++) {
    const trace = wanted[i] === 1 ? traces.get(table.node(i).id) : undefined;
    if (trace) changed.set(i, traceText(trace));
  }
  return changed;
}

function newEntries(
  { request, plan, engine, before, earlier, load }: FinishedRun,
  traces: TraceSource,
  unfinished: ReadonlySet<number>,
): SeenEntry[] {
  const known = before ?? earlier;
  const held = known ? heldSignatures(request.root, known.table, known.changed) : new Map();
  const { facts, services } = engine;
  const { leaves } = services;
  const source = { root: request.root, table: plan.table, traces, facts, leaves, held, unfinished };
  return seenEntries(source, before ? load() : [...load(), ...engine.observed()]);
}

/** Actions that did not succeed, and templates of which not every instance did. */
function unfinishedActions({ table }: RequestPlan, { records, wanted }: BuildOutcome): Set<number> {
  const unfinished = new Set<number>();
  const bad = records.filter((r) => r.status !== 'succeeded').map((r) => r.id);
  if (bad.length === 0) return unfinished;
  const ids = new Set(bad.flatMap((id) => [id, id.replace(/\[.*$/s, '')]));
  for (let i = 0; i < table.size; i++) if (wanted[i] === 1 && ids.has(table.node(i).id)) unfinished.add(i);
  return unfinished;
}
