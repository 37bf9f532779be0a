import { compareCodePoints } from '../base/order.ts';
import type { ActionTable } from '../graph/action-table.ts';
import type { Digest } from '../model/digest.ts';
import type { Label } from '../model/label.ts';
import { type ActionRecord, hasRun, type Totals } from '../model/record.ts';
import type { CutBody, ManifestLists } from './cut-body.ts';
import { stageLogPath } from './log-paths.ts';
import type { ManifestLines } from './manifest-text.ts';
import { outputText, stepText } from './step-text.ts';
import type { StoredBody } from './stored-body.ts';
import { isReport, validationReport } from './validation-record.ts';

export interface ManifestSource {
  /** In label order: a step each. */
  readonly labels: readonly Label[];
  readonly table: ActionTable;
  readonly requested: readonly Label[];
  /** Those of `labels` that are stages of a loop: each has a log. */
  readonly stages: ReadonlySet<Label>;
  readonly records: readonly ActionRecord[];
  /** How many actions the build had no reason to look at. */
  readonly untouched: number;
  /** Their records, for when the lines of `previous` cannot be gone by. */
  readonly untouchedRecords: () => readonly ActionRecord[];
  readonly toolVersions: Readonly<Record<string, string>>;
  /** A source's content as this build knows it; undefined where it was never read. */
  readonly inputDigest: (path: string) => Digest | undefined;
  /** What the last build wrote for the same graph, and the sources that changed since. */
  readonly previous?: PreviousManifest;
  /** The file that the last record of this request left to, whatever its graph was. */
  readonly base?: { readonly body: StoredBody; readonly identity: string };
}

export interface PreviousManifest {
  /** All lines; where there is a `cut`, those that its entries stand for. */
  readonly body: StoredBody;
  readonly cut?: CutBody;
  readonly changed: readonly string[];
}

export interface ManifestBody {
  readonly now: string | Uint8Array;
  /** What the next run will have to say when nothing changes. */
  readonly asIfUnchanged: string | Uint8Array;
  readonly totals: Totals;
  /** Where entries of `asIfUnchanged` stand for what lies in another file. */
  readonly unchanged?: UnchangedFile;
}

export interface UnchangedFile {
  readonly identity: string;
  /** Present: a new one, to be written. */
  readonly bytes?: Uint8Array;
  /** Whether `now` leaves to it, too. */
  readonly now: boolean;
}

/** What a build changes of the lists that an earlier one wrote. */
export interface ListChanges {
  /** Lines as this run has them, and as one will have them in which nothing changes. */
  readonly now: ManifestLists;
  readonly after: ManifestLists;
  readonly totals: Totals;
  readonly quietTotals: Totals;
}

export function changesOf(source: ManifestSource, { changed }: PreviousManifest): ListChanges {
  const inputs = new Map<string, string>();
  for (const path of changed) {
    const text = inputText(source, path, path);
    if (text !== undefined) inputs.set(path, text);
  }
  const artifacts = new Map(
    artifactList(
      source,
      source.records.filter((r) => !isSame(r)),
    ),
  );
  const steps = changedSteps(source);
  return {
    now: { inputs, artifacts, steps: steps.now },
    after: { inputs, artifacts, steps: steps.unchanged },
    ...bothTotals(source),
  };
}

export const bothTotals = ({
  records,
  untouched,
}: ManifestSource): { totals: Totals; quietTotals: Totals } => ({
  totals: totalsOf(records, untouched),
  quietTotals: totalsOf(records.map(quiet), untouched),
});

/** By label: the texts of steps that differ from the last run's. */
export function changedSteps(source: ManifestSource): {
  now: Map<string, string>;
  unchanged: Map<string, string>;
} {
  const now = new Map<string, string>();
  const unchanged = new Map<string, string>();
  for (const [target, records] of recordsByTarget(source)) {
    const label = source.labels[target];
    if (label === undefined) continue;
    now.set(label, stepOf(source, label, records));
    if (!source.previous || !records.every(isSame))
      unchanged.set(label, stepOf(source, label, records.map(quiet)));
  }
  return { now, unchanged };
}

export function fromScratch({ previous: _, ...source }: ManifestSource): ManifestSource {
  return { ...source, records: [...source.records, ...source.untouchedRecords()], untouched: 0 };
}

const isQuiet = (record: ActionRecord): boolean =>
  record.source === 'journal' && record.attempts === 0 && !record.undeclared?.length;

export const isSame = (record: ActionRecord): boolean => record.same === true || isQuiet(record);

/** The same success, had by looking. */
function quiet(record: ActionRecord): ActionRecord {
  if (record.status !== 'succeeded' || isQuiet(record)) return record;
  const { undeclared: _, ...rest } = record;
  return { ...rest, source: 'journal', attempts: 0 };
}

export function newLines(source: ManifestSource): Omit<ManifestLines, 'steps'> {
  const inputs = inputPaths(source.table).flatMap(([path, from]) => inputText(source, path, from) ?? []);
  const artifacts = artifactList(source, source.records).map(([, text]) => text);
  const validation = validationReport(source.records);
  return {
    toolVersions: JSON.stringify(source.toolVersions),
    inputs,
    artifacts,
    ...(validation && { validation: JSON.stringify(validation) }),
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
    else if (hasRun(source)) totals.executed++;
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

export function inputText({ inputDigest }: ManifestSource, path: string, from: string): string | undefined {
  const digest = inputDigest(from);
  return digest && JSON.stringify({ path, name: path, sha256: digest.hash, size: digest.size });
}

export function artifactList(
  { labels, requested }: ManifestSource,
  records: readonly ActionRecord[],
): [path: string, text: string][] {
  const isWanted = membership(requested, records.length);
  const found: [string, string][] = [];
  for (const record of records) {
    const label = labels[record.target];
    if (label === undefined || !isWanted(label)) continue;
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

/** For a few questions no set of all is made. */
function membership<T>(items: readonly T[], questions: number): (item: T) => boolean {
  if (questions < 16) return (item) => items.includes(item);
  const set = new Set(items);
  return (item) => set.has(item);
}

export const stepOf = (
  { stages }: Pick<ManifestSource, 'stages'>,
  label: Label,
  records: readonly ActionRecord[],
): string => stepText(label, records, stages.has(label) ? stageLogPath(label) : undefined);
