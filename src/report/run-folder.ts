import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { namePath } from '../base/name-path.ts';

/**
 * `.recomp/runs/<run_id>/`. Kept to a handful of system calls: a build in which nothing changed writes one too. It imports
 * next to nothing of recomp for the same reason.
 */
export interface RunFiles {
  /** Its text in pieces. */
  readonly manifest: readonly (string | Uint8Array)[];
  /** Lines without times. */
  readonly events: readonly string[];
  readonly stamp: unknown;
  /** `run-state.json`; absent: whoever follows the run writes it. */
  readonly state?: string;
  /** Path within the run → file to link it from. */
  readonly logs: readonly (readonly [path: string, from: string])[];
}

/** The newest runs are kept; older ones go when a new one is written. */
export const KEEP_RUNS = 100;

/** Sorts by time, to the millisecond (the first three digits of its end); differs between processes. */
export function newRunId(now: Date): string {
  const time = now.toISOString().replace(/[-:.]/g, '').replace('T', '-').slice(0, 18);
  return `${time.slice(0, 15)}-${time.slice(15)}${randomBytes(4).toString('hex').slice(1)}`;
}

export function writeRun(stateDir: string, runId: string, files: RunFiles): void {
  const runs = `${stateDir}/runs`;
  const temporary = `${runs}/.tmp-${runId}`;
  try {
    write(runs, temporary, runId, files);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw namePath(error, runs);
  }
}

function write(runs: string, temporary: string, runId: string, files: RunFiles): void {
  mkdirSync(`${temporary}/logs`, { recursive: true });
  writePieces(`${temporary}/run-manifest.json`, files.manifest);
  writeFileSync(`${temporary}/events.jsonl`, files.events.map((line) => `${line}\n`).join(''));
  writeFileSync(`${temporary}/stamp.json`, `${JSON.stringify(files.stamp, null, 1)}\n`);
  if (files.state !== undefined) writeFileSync(`${temporary}/run-state.json`, files.state);
  for (const [path, from] of files.logs) linkLog(from, `${temporary}/${path}`);
  putInPlace(temporary, `${runs}/${runId}`);
  pointLatest(runs, runId);
  prune(runs);
}

function writePieces(file: string, pieces: RunFiles['manifest']): void {
  const fd = openSync(file, 'w');
  try {
    for (const piece of pieces) writeFileSync(fd, piece);
  } finally {
    closeSync(fd);
  }
}

/** A run that was written down from its start has a folder already: its files are replaced one by one, what says that it is over last. */
function putInPlace(temporary: string, final: string): void {
  if (!existsSync(final)) {
    renameSync(temporary, final);
    return;
  }
  const names = readdirSync(temporary).sort((a, b) => LAST.indexOf(a) - LAST.indexOf(b));
  for (const name of names) {
    if (name === 'logs') rmSync(`${final}/${name}`, { recursive: true, force: true });
    renameSync(`${temporary}/${name}`, `${final}/${name}`);
  }
  rmSync(temporary, { recursive: true });
}

const LAST: readonly string[] = ['run-manifest.json', 'run-state.json'];

function linkLog(from: string, to: string): void {
  if (existsSync(from) && !existsSync(to)) linkSync(from, to);
}

function pointLatest(runs: string, runId: string): void {
  const temporary = `${runs}/.latest-${runId}`;
  symlinkSync(runId, temporary);
  renameSync(temporary, `${runs}/latest`);
}

/** Hidden names are other processes' unfinished ones; those older than what is kept are left-overs. */
function prune(runs: string): void {
  const names = readdirSync(runs).filter((name) => name !== 'latest');
  if (names.length <= KEEP_RUNS) return;
  const byAge = names.sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1));
  for (const name of byAge.slice(0, names.length - KEEP_RUNS))
    rmSync(`${runs}/${name}`, { recursive: true, force: true });
}

const timeOf = (name: string): string => name.replace(/^\.(tmp|latest)-/, '');
