import { canonicalJson, type Json } from '../base/canonical-json.ts';
import { compareCodePoints } from '../base/order.ts';
import { sha256 } from '../fingerprint/digest-bytes.ts';
import type { ActionGraph } from '../graph/action-graph.ts';
import type { Digest } from '../model/digest.ts';
import type { Label } from '../model/label.ts';
import type { ActionRecord, Totals } from '../model/record.ts';
import { outputOf, stepOf } from './step-text.ts';

export interface ManifestSource {
  readonly graph: ActionGraph;
  readonly requested: readonly Label[];
  readonly records: readonly ActionRecord[];
  readonly toolVersions: Readonly<Record<string, string>>;
  /** A source's content as this build knows it; undefined where it was never read. */
  readonly inputDigest: (path: string) => Digest | undefined;
}

/** `asIfUnchanged`: what the next run will have to say when nothing changes. */
export function manifestBody(source: ManifestSource): { now: string; asIfUnchanged: string } {
  const inputs = inputList(source);
  const shared = [
    `"tool_versions":${canonicalJson(source.toolVersions)}`,
    `"input_fingerprint":"${sha256(canonicalJson(inputs))}"`,
    `"inputs":${lines(inputs.map(canonicalJson))}`,
    `"artifacts":${lines(artifactList(source).map(canonicalJson))}`,
  ].join(',\n');
  const byTarget = recordsByTarget(source);
  const now: string[] = [];
  const unchanged: string[] = [];
  source.graph.targets.forEach((target, i) => {
    const records = byTarget[i] ?? [];
    const text = canonicalJson(stepOf(target.label, records));
    now.push(text);
    unchanged.push(records.every(isQuiet) ? text : canonicalJson(stepOf(target.label, records.map(quiet))));
  });
  const body = (steps: readonly string[], totals: Totals): string => `${shared},\n"steps":${lines(steps)},\n"totals":${canonicalJson({ ...totals })}}\n`;
  const totals = totalsOf(source.records);
  return { now: body(now, totals), asIfUnchanged: body(unchanged, totalsOf(source.records.map(quiet))) };
}

const isQuiet = (record: ActionRecord): boolean => record.source === 'journal' && record.attempts <= 1 && !record.undeclared?.length;

/** The same success, had by looking. */
function quiet(record: ActionRecord): ActionRecord {
  if (record.status !== 'succeeded') return record;
  const { undeclared: _, ...rest } = record;
  return { ...rest, source: 'journal', attempts: 0 };
}

function recordsByTarget({ graph, records }: ManifestSource): ActionRecord[][] {
  const byTarget: ActionRecord[][] = graph.targets.map(() => []);
  for (const record of records) byTarget[record.target]?.push(record);
  return byTarget;
}

export function totalsOf(records: readonly ActionRecord[]): Totals {
  const count = (test: (r: ActionRecord) => boolean): number => records.reduce((n, r) => n + (test(r) ? 1 : 0), 0);
  const from = (source: ActionRecord['source']): number => count((r) => r.status === 'succeeded' && r.source === source);
  return {
    total: records.length,
    executed: from('executed'),
    failed: count((r) => r.status === 'failed'),
    local_hits: from('local'),
    remote_hits: from('remote'),
    up_to_date: from('journal'),
    skipped: count((r) => r.status === 'skipped' || r.status === 'cancelled'),
  };
}

function inputList({ graph, inputDigest }: ManifestSource): Json[] {
  const inputs = new Map<string, Json>();
  for (const { decl } of graph.actions) {
    for (const input of decl.inputs) {
      if (input.kind !== 'source' && input.kind !== 'external') continue;
      if (inputs.has(input.path)) continue;
      const digest = inputDigest(input.kind === 'source' ? input.path : input.from);
      if (digest) inputs.set(input.path, { name: input.path, path: input.path, sha256: digest.hash, size: digest.size });
    }
  }
  return [...inputs].sort(([a], [b]) => compareCodePoints(a, b)).map(([, value]) => value);
}

function artifactList({ graph, requested, records }: ManifestSource): Json[] {
  const wanted = new Set(requested);
  const found: [string, Json][] = [];
  for (const record of records) {
    const label = graph.targets[record.target]?.label;
    if (label === undefined || !wanted.has(label)) continue;
    for (const output of record.outputs) {
      const entry = outputOf(output);
      if (typeof entry === 'object' && entry !== null) found.push([output.path, { ...entry, role: 'output' }]);
    }
  }
  return found.sort(([a], [b]) => compareCodePoints(a, b)).map(([, value]) => value);
}

const lines = (items: readonly string[]): string => (items.length === 0 ? '[]' : `[\n${items.join(',\n')}\n]`);
