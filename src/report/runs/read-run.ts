import { existsSync, lstatSync, readFileSync } from 'node:fs';
import type { ActionSource, ActionStatus, Totals } from '../../model/record.ts';
import { Shape } from './shape.ts';
import { spellOut } from './whole-manifest.ts';

/** A run as its folder tells it. Whatever is missing or damaged in it is absent here, and named in `faults`. */
export interface RunRecord {
  readonly id: string;
  readonly folder: string;
  /** Its manifest is there: it came to its end, however that was. */
  readonly recorded: boolean;
  readonly startedAt: string | undefined;
  readonly durationMs: number | undefined;
  readonly host: Readonly<Record<string, string>>;
  readonly toolVersions: Readonly<Record<string, string>>;
  readonly inputs: readonly RunFile[];
  readonly steps: readonly RunStep[];
  readonly artifacts: readonly RunFile[];
  readonly totals: Totals;
  /** By action id: how long it ran, since when. */
  readonly times: ReadonlyMap<
    string,
    { readonly startedMs: number; readonly wallMs: number; readonly attempts: number }
  >;
  /** By action id: the machine and run that had made what came out of a cache. */
  readonly makers: ReadonlyMap<string, string>;
  readonly criticalPath: readonly CriticalStep[];
  /** Where nothing ran: what would have been critical, had the caches not had it. */
  readonly savedPath: readonly CriticalStep[];
  readonly faults: readonly string[];
}

export interface CriticalStep {
  readonly id: string;
  readonly wallMs: number;
}

export interface RunFile {
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
}

export interface RunStep {
  readonly name: string;
  readonly status: ActionStatus;
  readonly cacheKey: string;
  readonly actions: readonly RunAction[];
  readonly outputs: readonly RunFile[];
}

export interface RunAction {
  /** With its target: `//package:name%action`. */
  readonly id: string;
  readonly key: string | undefined;
  readonly status: ActionStatus;
  readonly source: ActionSource | undefined;
  /** Relative to the run's folder. */
  readonly logs: readonly string[];
  /** Why it did not succeed, in words. */
  readonly failure: string | undefined;
}

export function readRun(stateDir: string, id: string): RunRecord {
  const folder = `${stateDir}/runs/${id}`;
  const faults: string[] = [];
  const written = readMembers(`${folder}/run-manifest.json`, MAX_MANIFEST, faults);
  const whole = spellOut(written, folder, MAX_MANIFEST);
  const manifest = new Shape(whole.manifest);
  const stamp = readShape(`${folder}/stamp.json`, MAX_STAMP, faults);
  faults.push(...whole.faults);
  const steps = manifest.list('steps', readStep);
  const inputs = manifest.list('inputs', readFile);
  const artifacts = manifest.list('artifacts', readFile);
  const times = stamp.list('actions', readTime);
  const makers = stamp.list('hits', readMaker);
  const criticalPath = stamp.list('critical_path', readCritical);
  const savedPath = stamp.list('saved_path', readCritical);
  if (manifest.dropped > 0) faults.push(`run-manifest.json has ${manifest.dropped} entries that say nothing`);
  if (stamp.dropped > 0) faults.push(`stamp.json has ${stamp.dropped} entries that say nothing`);
  return {
    id,
    folder,
    recorded: existsSync(`${folder}/run-manifest.json`),
    startedAt: stamp.text('started_at'),
    durationMs: stamp.count('duration_ms'),
    host: manifest.shape('host').texts(),
    toolVersions: manifest.shape('tool_versions').texts(),
    inputs,
    steps,
    artifacts,
    totals: readTotals(manifest.shape('totals')),
    times: new Map(times),
    makers: new Map(makers),
    criticalPath,
    savedPath,
    faults,
  };
}

/** A hundred thousand targets make some ten megabytes; a file beyond this is no record. */
const MAX_MANIFEST = 400 << 20;
const MAX_STAMP = 100 << 20;

/** A small JSON file of a run, or what is wrong with it. */
export const readShape = (file: string, limit: number, faults: string[]): Shape =>
  new Shape(readMembers(file, limit, faults));

function readMembers(file: string, limit: number, faults: string[]): Readonly<Record<string, unknown>> {
  const name = file.slice(file.lastIndexOf('/') + 1);
  try {
    const stat = lstatSync(file, { throwIfNoEntry: false });
    if (!stat) faults.push(`there is no ${name}`);
    else if (!stat.isFile()) faults.push(`${name} is no file`);
    else if (stat.size > limit) faults.push(`${name} is too large to be a record`);
    else {
      const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
      faults.push(`${name} is no record`);
    }
  } catch (error) {
    faults.push(
      error instanceof SyntaxError ? `${name} is damaged: it is no JSON` : `${name} cannot be read`,
    );
  }
  return {};
}

const STATUSES: readonly ActionStatus[] = ['succeeded', 'failed', 'skipped', 'cancelled'];
const SOURCES: readonly ActionSource[] = ['executed', 'executor', 'local', 'remote', 'journal'];

const statusOf = (item: Shape): ActionStatus | undefined =>
  STATUSES.find((status) => status === item.text('status'));

function readStep(item: Shape): RunStep | undefined {
  const name = item.text('name');
  const status = statusOf(item);
  if (name === undefined || status === undefined) return undefined;
  return {
    name,
    status,
    cacheKey: item.text('cache_key') ?? '',
    actions: item.list('actions', (action) => readAction(name, action)),
    outputs: item.list('outputs', readFile),
  };
}

function readAction(target: string, item: Shape): RunAction | undefined {
  const id = item.text('id');
  const status = statusOf(item);
  if (id === undefined || status === undefined) return undefined;
  const logs = [item.text('stdout_path'), item.text('stderr_path')].flatMap((path) =>
    path !== undefined && LOG.test(path) ? [path] : [],
  );
  return {
    id: `${target}%${id}`,
    key: item.text('key'),
    status,
    source: SOURCES.find((source) => source === item.text('source')),
    logs,
    failure: item.has('failure') ? failureText(item.shape('failure')) : undefined,
  };
}

/** Directly below the run's own `logs`, and nowhere else. */
const LOG = /^logs\/[A-Za-z0-9._+=,@~-]+$/;

/** As `describeFailure` says it, of what a file may hold. */
function failureText(failure: Shape): string {
  const kind = failure.text('kind') ?? 'failed';
  const paths = failure.names('paths').join(', ') || (failure.text('path') ?? '');
  if (kind === 'exit') return `exit code ${failure.count('exitCode') ?? '?'}`;
  if (kind === 'signal') return `ended by ${failure.text('signal') ?? 'a signal'}`;
  if (kind === 'timeout') return `did not end within ${(failure.count('limitMs') ?? 0) / 1000} s`;
  if (kind === 'missing-output') return `did not make ${paths}`;
  if (kind === 'tool-missing') return `the tool ${failure.text('tool') ?? ''} was not found`;
  const more = failure.text('message') ?? failure.text('problem') ?? '';
  return [kind.replaceAll('-', ' '), paths, more].filter((part) => part !== '').join(': ');
}

function readFile(item: Shape): RunFile | undefined {
  const path = item.text('path');
  const sha256 = item.text('sha256');
  if (path === undefined || sha256 === undefined) return undefined;
  return { path, sha256, size: item.count('size') ?? 0 };
}

function readTime(
  item: Shape,
): [string, { startedMs: number; wallMs: number; attempts: number }] | undefined {
  const id = item.text('id');
  const wallMs = item.count('wall_ms');
  if (id === undefined || wallMs === undefined) return undefined;
  return [id, { startedMs: item.count('started_ms') ?? 0, wallMs, attempts: item.count('attempts') ?? 1 }];
}

function readMaker(item: Shape): [string, string] | undefined {
  const id = item.text('id');
  const maker = item.text('made_by');
  return id === undefined || maker === undefined ? undefined : [id, maker];
}

function readCritical(item: Shape): CriticalStep | undefined {
  const id = item.text('id');
  const wallMs = item.count('wall_ms');
  return id === undefined || wallMs === undefined ? undefined : { id, wallMs };
}

export function readTotals(item: Shape): Totals {
  const of = (name: keyof Totals): number => item.count(name) ?? 0;
  return {
    total: of('total'),
    executed: of('executed'),
    failed: of('failed'),
    local_hits: of('local_hits'),
    remote_hits: of('remote_hits'),
    up_to_date: of('up_to_date'),
    skipped: of('skipped'),
  };
}
