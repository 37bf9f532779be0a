import { readdirSync, readFileSync, statSync } from 'node:fs';
import { wholeManifest } from '../runs/whole-manifest.ts';
import type { Outcome, PictureRun } from './picture.ts';

/** What the records of a workspace's runs say of its targets. */
export interface RunOutcomes {
  readonly run?: PictureRun;
  readonly outcomes: ReadonlyMap<string, Outcome>;
}

/** Runs are records of other processes, maybe of another version: what cannot be read says nothing. */
const MAX_MANIFEST = 512 * 1024 * 1024;
const MAX_STAMPS = 64 * 1024 * 1024;

const RUN_ID = /^[\w.-]{1,100}$/;

/** `latest`, or a run's id. Absent: there is no such run. */
export function runOutcomes(stateDir: string, run: string): RunOutcomes | undefined {
  const manifest = RUN_ID.test(run) ? wholeManifest(`${stateDir}/runs/${run}`, MAX_MANIFEST) : undefined;
  if (!manifest || typeof manifest['run_id'] !== 'string') return undefined;
  const outcomes = new Map<string, Outcome>();
  for (const step of list(manifest['steps'])) {
    if (isObject(step) && typeof step['name'] === 'string') outcomes.set(step['name'], outcomeOf(step));
  }
  const succeeded = ![...outcomes.values()].some((outcome) => outcome === 'failed' || outcome === 'skipped');
  return { run: { id: manifest['run_id'], succeeded }, outcomes };
}

function outcomeOf(step: Readonly<Record<string, unknown>>): Outcome {
  if (step['status'] === 'failed') return 'failed';
  if (step['status'] !== 'succeeded') return 'skipped';
  const sources = list(step['actions']).map((action) => (isObject(action) ? action['source'] : undefined));
  // A group of files, or a test that was not asked for.
  if (sources.length === 0) return 'none';
  if (sources.includes('executed') || sources.includes('executor')) return 'ran';
  if (sources.includes('remote')) return 'remote';
  return sources.includes('local') ? 'local' : 'current';
}

/** By label, how long each target took when it ran last: its actions one by one, or from the first to the last where several ran at once. */
export function lastDurations(stateDir: string): ReadonlyMap<string, number> {
  const durations = new Map<string, number>();
  let room = MAX_STAMPS;
  for (const run of runsByAge(stateDir)) {
    const file = `${stateDir}/runs/${run}/stamp.json`;
    room -= sizeOf(file);
    if (room < 0) break;
    const stamp = readJson(file, MAX_STAMPS);
    if (!isObject(stamp)) continue;
    for (const [label, ms] of durationsIn(list(stamp['actions'])))
      if (!durations.has(label)) durations.set(label, ms);
  }
  return durations;
}

function durationsIn(actions: readonly unknown[]): ReadonlyMap<string, number> {
  const spans = new Map<string, { from: number; to: number; sum: number }>();
  for (const action of actions) {
    if (!isObject(action)) continue;
    const { id, started_ms: started, wall_ms: wall } = action;
    if (typeof id !== 'string' || typeof started !== 'number' || typeof wall !== 'number') continue;
    const label = id.slice(0, Math.max(0, id.indexOf('%')));
    const span = spans.get(label) ?? { from: started, to: started, sum: 0 };
    span.from = Math.min(span.from, started);
    span.to = Math.max(span.to, started + wall);
    span.sum += wall;
    spans.set(label, span);
  }
  return new Map(
    [...spans].map(([label, { from, to, sum }]) => [label, Math.round(Math.min(to - from, sum) * 10) / 10]),
  );
}

/** The newest first. */
function runsByAge(stateDir: string): string[] {
  try {
    return readdirSync(`${stateDir}/runs`)
      .filter((name) => RUN_ID.test(name) && /^\d/.test(name))
      .sort()
      .reverse();
  } catch {
    return [];
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function readJson(file: string, most: number): unknown {
  try {
    return sizeOf(file) > most ? undefined : JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
