import { compareCodePoints } from '../base/order.ts';
import { sha256 } from '../fingerprint/digest-bytes.ts';
import type { ActionTable } from '../graph/action-table.ts';
import type { Digest } from '../model/digest.ts';
import type { Label } from '../model/label.ts';
import type { ActionRecord, Totals } from '../model/record.ts';
import { bodyText, type ManifestLines } from './manifest-text.ts';
import { outputText, stepText } from './step-text.ts';
import { isReport, validationReport } from './validation-record.ts';

export interface ManifestSource {
  /** In label order: a step each. */
  readonly labels: readonly Label[];
  readonly table: ActionTable;
  readonly requested: readonly Label[];
  readonly records: readonly ActionRecord[];
  /** How many actions the build had no reason to look at. */
  readonly untouched: number;
  /** Their records, for when the lines of `previous` cannot be gone by. */
  readonly untouchedRecords: () => readonly ActionRecord[];
  readonly toolVersions: Readonly<Record<string, string>>;
  /** A source's content as this build knows it; undefined where it was never read. */
  readonly inputDigest: (path: string) => Digest | undefined;
  /** What the last build wrote for the same graph, and the sources that changed since. */
  readonly previous?: { readonly lines: ManifestLines; readonly changed: readonly string[] };
}

/** `asIfUnchanged`: what the next run will have to say when nothing changes. */
export function manifestBody(source: ManifestSource): { now: string; asIfUnchanged: string; totals: Totals } {
  const updated = updatedLines(source);
  if (!updated && source.untouched > 0) return manifestBody(fromScratch(source));
  const shared = updated ?? newLines(source);
  const now = [...shared.steps];
  const unchanged = [...shared.steps];
  for (const [target, records] of recordsByTarget(source)) {
    const label = source.labels[target] ?? '';
    now[target] = stepText(label, records);
    if (!source.previous || !records.every(isSame)) unchanged[target] = stepText(label, records.map(quiet));
  }
  const totals = totalsOf(source.records, source.untouched);
  const quietTotals = totalsOf(source.records.map(quiet), source.untouched);
  return {
    now: bodyText({ ...shared, steps: now }, totals),
    asIfUnchanged: bodyText({ ...shared, steps: unchanged }, quietTotals),
    totals,
  };
}

function fromScratch({ previous: _, ...source }: ManifestSource): ManifestSource {
  return { ...source, records: [...source.records, ...source.untouchedRecords()], untouched: 0 };
}

const isQuiet = (record: ActionRecord): boolean =>
  record.source === 'journal' && record.attempts === 0 && !record.undeclared?.length;

const isSame = (record: ActionRecord): boolean => record.same === true || isQuiet(record);

/** The same success, had by looking. */
function quiet(record: ActionRecord): ActionRecord {
  if (record.status !== 'succeeded' || isQuiet(record)) return record;
  const { undeclared: _, ...rest } = record;
  return { ...rest, source: 'journal', attempts: 0 };
}

/** Steps as of targets without actions: those that have some are made from their records. */
function newLines(source: ManifestSource): ManifestLines {
  const inputs = inputPaths(source.table).flatMap(([path, from]) => inputText(source, path, from) ?? []);
  const artifacts = artifactList(source, source.records).map(([, text]) => text);
  const steps = source.labels.map((label) => stepText(label, []));
  const validation = validationReport(source.records);
  return {
    toolVersions: JSON.stringify(source.toolVersions),
    inputFingerprint: sha256(inputs.join('\n')),
    inputs,
    artifacts,
    steps,
    ...(validation && { validation: JSON.stringify(validation) }),
  };
}

/** Undefined: there is nothing to go by, or more changed than lines. */
function updatedLines(source: ManifestSource): ManifestLines | undefined {
  if (!source.previous) return undefined;
  const { lines, changed } = source.previous;
  const inputs = [...lines.inputs];
  const artifacts = [...lines.artifacts];
  const findInput = lineFinder(inputs, changed.length);
  for (const path of changed) {
    if (path.startsWith('/')) return undefined;
    const at = findInput(path);
    const text = at === undefined ? undefined : inputText(source, path, path);
    if (at !== undefined && text !== undefined) inputs[at] = text;
  }
  const made = artifactList(
    source,
    source.records.filter((r) => !isSame(r)),
  );
  const findArtifact = lineFinder(artifacts, made.length);
  for (const [path, text] of made) {
    const at = findArtifact(path);
    if (at === undefined) return undefined;
    artifacts[at] = text;
  }
  return { ...lines, inputs, artifacts, inputFingerprint: sha256(inputs.join('\n')) };
}

/** By the line's first member. A few are searched for, many looked up. */
function lineFinder(lines: readonly string[], wanted: number): (path: string) => number | undefined {
  const start = (path: string): string => `{"path":${JSON.stringify(path)},`;
  if (wanted > 50) {
    const byStart = new Map(lines.map((line, i) => [line.slice(0, line.indexOf('",') + 2), i]));
    return (path) => byStart.get(start(path));
  }
  return (path) => {
    const at = lines.findIndex((line) => line.startsWith(start(path)));
    return at < 0 ? undefined : at;
  };
}

/** Only those with something to tell; a build after a small edit has few. */
function recordsByTarget({ labels, records, previous }: ManifestSource): Map<number, ActionRecord[]> {
  const touched = new Set(records.filter((r) => !previous || !isQuiet(r)).map((r) => r.target));
  const byTarget = new Map<number, ActionRecord[]>();
  for (const record of records) {
    if (!touched.has(record.target) || labels[record.target] === undefined) continue;
    const own = byTarget.get(record.target);
    if (own) own.push(record);
    else byTarget.set(record.target, [record]);
  }
  return byTarget;
}

export function totalsOf(records: readonly ActionRecord[], untouched = 0): Totals {
  const totals = {
    total: records.length + untouched,
    executed: 0,
    failed: 0,
    local_hits: 0,
    remote_hits: 0,
    up_to_date: untouched,
    skipped: 0,
  };
  for (const { status, source } of records) {
    if (status === 'failed') totals.failed++;
    else if (status !== 'succeeded') totals.skipped++;
    else if (source === 'executed') totals.executed++;
    else if (source === 'local') totals.local_hits++;
    else if (source === 'remote') totals.remote_hits++;
    else totals.up_to_date++;
  }
  return totals;
}

/** Every file that is read and not made, by its place in the execution root, and where it is looked up. */
function inputPaths(table: ActionTable): [path: string, from: string][] {
  const paths = new Map<string, string>();
  for (let i = 0; i < table.size; i++) {
    for (const input of table.node(i).decl.inputs) {
      if (input.kind === 'source') paths.set(input.path, input.path);
      else if (input.kind === 'external') paths.set(input.path, input.from);
    }
  }
  return [...paths].sort(([a], [b]) => compareCodePoints(a, b));
}

function inputText({ inputDigest }: ManifestSource, path: string, from: string): string | undefined {
  const digest = inputDigest(from);
  return digest && JSON.stringify({ path, name: path, sha256: digest.hash, size: digest.size });
}

function artifactList(
  { labels, requested }: ManifestSource,
  records: readonly ActionRecord[],
): [path: string, text: string][] {
  const wanted = new Set<string>(requested);
  const found: [string, string][] = [];
  for (const record of records) {
    if (!wanted.has(labels[record.target] ?? '')) continue;
    for (const output of record.outputs)
      found.push([
        output.path,
        JSON.stringify({
          ...outputText(output),
          role: isReport(record, output) ? 'validation_report' : 'output',
        }),
      ]);
  }
  return found.sort(([a], [b]) => compareCodePoints(a, b));
}
