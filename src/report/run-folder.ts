import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
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
  /** The file that entries of the manifest's lists stand for. */
  readonly unchanged?: string;
}

/** Its name beside the manifest. */
export const UNCHANGED_FILE = 'unchanged.json';

/** Sorts by time, to the millisecond (the first three digits of its end); differs between processes. */
export function newRunId(now: Date): string {
  const time = now.toISOString().replace(/[-:.]/g, '').replace('T', '-').slice(0, 18);
  return `${time.slice(0, 15)}-${time.slice(15)}${randomBytes(4).toString('hex').slice(1)}`;
}

export function writeRun(stateDir: string, runId: string, files: RunFiles): void {
  const runs = `${stateDir}/runs`;
  const temporary = `${runs}/.tmp-${runId}`;
  try {
    write(stateDir, temporary, runId, files);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw namePath(error, runs);
  }
}

function write(stateDir: string, temporary: string, runId: string, files: RunFiles): void {
  const final = `${stateDir}/runs/${runId}`;
  if (existsSync(final)) fill(final, replaced, files);
  else {
    fill(temporary, writePieces, files);
    renameSync(temporary, final);
  }
  pointLatest(stateDir, runId);
}

/** What says that the run is over comes last. */
function fill(folder: string, put: (file: string, pieces: Pieces) => void, files: RunFiles): void {
  mkdirSync(`${folder}/logs`, { recursive: true });
  for (const [path, from] of files.logs) linkLog(from, `${folder}/${path}`);
  dropOthers(`${folder}/logs`, new Set(files.logs.map(([path]) => basename(path))));
  if (files.unchanged !== undefined) linkLog(files.unchanged, `${folder}/${UNCHANGED_FILE}`);
  put(`${folder}/events.jsonl`, [files.events.map((line) => `${line}\n`).join('')]);
  put(`${folder}/stamp.json`, [`${JSON.stringify(files.stamp, null, 1)}\n`]);
  put(`${folder}/run-manifest.json`, files.manifest);
  if (files.state !== undefined) put(`${folder}/run-state.json`, [files.state]);
}

type Pieces = RunFiles['manifest'];

/**
 * A run that was written down from its start has a folder already: its files appear in it one by one, each whole. Not made
 * elsewhere and moved: removing a folder takes some file systems longer than all of a small build's records.
 */
function replaced(file: string, pieces: Pieces): void {
  const temporary = `${dirname(file)}/.${basename(file)}`;
  writePieces(temporary, pieces);
  renameSync(temporary, file);
}

function writePieces(file: string, pieces: Pieces): void {
  const fd = openSync(file, 'w');
  try {
    for (const piece of pieces) writeFileSync(fd, piece);
  } finally {
    closeSync(fd);
  }
}

/** A run that is taken up again has logs of its last attempt: those of this one stand in their places. */
function linkLog(from: string, to: string): void {
  const source = statSync(from, { throwIfNoEntry: false });
  if (!source) return;
  const there = statSync(to, { throwIfNoEntry: false });
  if (there?.ino === source.ino) return;
  if (there) unlinkSync(to);
  linkSync(from, to);
}

function dropOthers(folder: string, names: ReadonlySet<string>): void {
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (!entry.isDirectory() && !names.has(entry.name)) unlinkSync(`${folder}/${entry.name}`);
}

/** The newest run is the one that began last: also while it goes on, and when it was killed. */
export function pointLatest(stateDir: string, runId: string): void {
  const latest = `${stateDir}/runs/latest`;
  if (pointsTo(latest, runId)) return;
  const temporary = `${stateDir}/runs/.latest-${runId}`;
  symlinkSync(runId, temporary);
  renameSync(temporary, latest);
}

function pointsTo(link: string, name: string): boolean {
  try {
    return readlinkSync(link) === name;
  } catch {
    return false;
  }
}
