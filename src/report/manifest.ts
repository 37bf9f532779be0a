import { compareCodePoints } from '../base/order.ts';
import { sha256 } from '../fingerprint/digest-bytes.ts';
import type { ActionGraph } from '../graph/action-graph.ts';
import type { Digest } from '../model/digest.ts';
import type { Label } from '../model/label.ts';
import type { ActionRecord, Totals } from '../model/record.ts';
import { bodyText, type ManifestLines } from './manifest-text.ts';
import { outputText, stepText } from './step-text.ts';

export interface ManifestSource {
  readonly graph: ActionGraph;
  readonly requested: readonly Label[];
  readonly records: readonly ActionRecord[];
  readonly toolVersions: Readonly<Record<string, string>>;
  /** A source's content as this build knows it; undefined where it was never read. */
  readonly inputDigest: (path: string) => Digest | undefined;
  /** What the last build wrote for the same graph, and the sources that changed since. */
  readonly previous?: { readonly lines: ManifestLines; readonly changed: readonly string[] };
}

/** `asIfUnchanged`: what the next run will have to say when nothing changes. */
export function manifestBody(source: ManifestSource): { now: string; asIfUnchanged: string } {
  const shared = updatedLines(source) ?? newLines(source);
  const now = [...shared.steps];
  const unchanged = [...shared.steps];
  for (const [target, records] of recordsByTarget(source)) {
    const label = source.graph.targets[target]?.label ?? '';
    if (records.every(isQuiet) && shared.steps[target] !== undefined) continue;
    now[target] = stepText(label, records);
    unchanged[target] = stepText(label, records.map(quiet));
  }
  return {
    now: bodyText({ ...shared, steps: now }, totalsOf(source.records)),
    asIfUnchanged: bodyText({ ...shared, steps: unchanged }, totalsOf(source.records.map(quiet))),
  };
}

const isQuiet = (record: ActionRecord): boolean => record.source === 'journal' && record.attempts === 0 && !record.undeclared?.length;

/** The same success, had by looking. */
function quiet(record: ActionRecord): ActionRecord {
  if (record.status !== 'succeeded' || isQuiet(record)) return record;
  const { undeclared: _, ...rest } = record;
  return { ...rest, source: 'journal', attempts: 0 };
}

/** Steps are left empty: every one of them is made from its records. */
function newLines(source: ManifestSource): ManifestLines {
  const inputs = inputPaths(source.graph).flatMap(([path, from]) => inputText(source, path, from) ?? []);
  const artifacts = artifactList(source, source.records).map(([, text]) => text);
  const steps: string[] = [];
  source.graph.targets.forEach((target, i) => {
    if (target.actions.length === 0) steps[i] = stepText(target.label, []);
  });
  return { toolVersions: JSON.stringify(source.toolVersions), inputFingerprint: sha256(inputs.join('\n')), inputs, artifacts, steps };
}

/** Undefined: there is nothing to go by, or more changed than lines. */
function updatedLines(source: ManifestSource): ManifestLines | undefined {
  if (!source.previous) return undefined;
  const { lines, changed } = source.previous;
  const inputs = [...lines.inputs];
  const artifacts = [...lines.artifacts];
  for (const path of changed) {
    if (path.startsWith('/')) return undefined;
    const at = findLine(inputs, path);
    const text = at < 0 ? undefined : inputText(source, path, path);
    if (text !== undefined) inputs[at] = text;
  }
  for (const [path, text] of artifactList(source, source.records.filter((r) => !isQuiet(r)))) {
    const at = findLine(artifacts, path);
    if (at < 0) return undefined;
    artifacts[at] = text;
  }
  return { ...lines, inputs, artifacts, inputFingerprint: sha256(inputs.join('\n')) };
}

function findLine(lines: readonly string[], path: string): number {
  const start = `{"path":${JSON.stringify(path)},`;
  return lines.findIndex((line) => line.startsWith(start));
}

/** Only those with something to tell; a build after a small edit has few. */
function recordsByTarget({ graph, records, previous }: ManifestSource): Map<number, ActionRecord[]> {
  const touched = new Set(records.filter((r) => !previous || !isQuiet(r)).map((r) => r.target));
  const byTarget = new Map<number, ActionRecord[]>();
  for (const record of records) {
    if (!touched.has(record.target) || !graph.targets[record.target]) continue;
    const own = byTarget.get(record.target);
    if (own) own.push(record);
    else byTarget.set(record.target, [record]);
  }
  return byTarget;
}

export function totalsOf(records: readonly ActionRecord[]): Totals {
  const totals = { total: records.length, executed: 0, failed: 0, local_hits: 0, remote_hits: 0, up_to_date: 0, skipped: 0 };
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
function inputPaths(graph: ActionGraph): [path: string, from: string][] {
  const paths = new Map<string, string>();
  for (const { decl } of graph.actions) {
    for (const input of decl.inputs) {
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

function artifactList({ graph, requested }: ManifestSource, records: readonly ActionRecord[]): [path: string, text: string][] {
  const wanted = new Set<string>(requested);
  const found: [string, string][] = [];
  for (const record of records) {
    if (!wanted.has(graph.targets[record.target]?.label ?? '')) continue;
    for (const output of record.outputs) found.push([output.path, JSON.stringify({ ...outputText(output), role: 'output' })]);
  }
  return found.sort(([a], [b]) => compareCodePoints(a, b));
}
