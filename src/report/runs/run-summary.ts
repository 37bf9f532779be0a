import { closeSync, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import { isDead } from '../../journal/workspace-lock.ts';
import type { Totals } from '../../model/record.ts';
import { RUN_STATE_FILE } from '../run-state-text.ts';
import { readShape, readTotals } from './read-run.ts';
import { Shape } from './shape.ts';

/** A run in one line: from its small files, whatever its size. */
export interface RunSummary {
  readonly id: string;
  readonly state: 'succeeded' | 'failed' | 'interrupted' | 'running' | 'unknown';
  /** The command that asked for it. */
  readonly request: string | undefined;
  readonly startedAt: string | undefined;
  readonly durationMs: number | undefined;
  readonly totals: Totals | undefined;
  readonly faults: readonly string[];
}

export function summariseRun(stateDir: string, id: string): RunSummary {
  const folder = `${stateDir}/runs/${id}`;
  const faults: string[] = [];
  const state = readShape(`${folder}/${RUN_STATE_FILE}`, MAX_STATE, faults);
  const end = lastEvent(`${folder}/events.jsonl`);
  return {
    id,
    state: stateOf(state),
    request: state.text('request'),
    startedAt: state.text('started_at'),
    durationMs: durationOf(folder, state),
    totals: end && readEnd(end),
    faults,
  };
}

const MAX_STATE = 16 << 20;

function stateOf(state: Shape): RunSummary['state'] {
  const said = state.text('state');
  if (said === 'succeeded') return said;
  if (said === 'failed') return state.isTrue('interrupted') ? 'interrupted' : 'failed';
  if (said === undefined) return 'unknown';
  return isAlive(state.shape('owner')) ? 'running' : 'interrupted';
}

/** While it says "running" and its process is gone, it was interrupted. */
function isAlive(owner: Shape): boolean {
  const [pid, started, pidNamespace] = [
    owner.count('pid'),
    owner.text('started'),
    owner.text('pid_namespace'),
  ];
  if (pid === undefined || started === undefined || pidNamespace === undefined) return false;
  return !isDead({ pid, started, pidNamespace });
}

/** The stamp begins with it; what follows may be long. */
function durationOf(folder: string, state: Shape): number | undefined {
  const said = /"duration_ms":\s*(\d{1,15}(?:\.\d+)?)/.exec(
    endOrStart(`${folder}/stamp.json`, 'start') ?? '',
  )?.[1];
  if (said !== undefined) return Number(said);
  const [from, to] = [state.text('started_at'), state.text('updated_at')].map((t) => Date.parse(t ?? ''));
  return from !== undefined && to !== undefined && to >= from ? to - from : undefined;
}

/** Of a run in which nothing changed the event says only how much that was. */
function readEnd(end: Shape): Totals {
  const totals = readTotals(end);
  return end.has('total') ? totals : { ...totals, total: totals.up_to_date };
}

function lastEvent(file: string): Shape | undefined {
  const line = (endOrStart(file, 'end') ?? '').trimEnd().split('\n').at(-1) ?? '';
  try {
    const event = new Shape(JSON.parse(line));
    return event.text('type') === 'recomp.run.completed' ? event : undefined;
  } catch {
    return undefined;
  }
}

const PART = 4096;

function endOrStart(file: string, which: 'start' | 'end'): string | undefined {
  let fd: number | undefined;
  try {
    if (lstatSync(file).isFile() !== true) return undefined;
    fd = openSync(file, 'r');
    const from = which === 'start' ? 0 : Math.max(0, fstatSync(fd).size - PART);
    const bytes = Buffer.alloc(PART);
    return bytes.toString('utf8', 0, readSync(fd, bytes, 0, PART, from));
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
