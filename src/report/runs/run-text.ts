import { bytes } from '../byte-count.ts';
import { actionName } from '../cause-text.ts';
import { cleanText } from '../source-line.ts';
import { tableText } from '../table.ts';
import { duration, plural } from '../terminal-text.ts';
import type { CriticalStep, RunRecord } from './read-run.ts';
import { busyRows, hitOrigins, largestOutputs, type RunRow } from './run-rows.ts';
import type { RunSummary } from './run-summary.ts';
import { ago, countsText, type PaintState } from './runs-text.ts';

export interface RunTextOptions {
  readonly now: number;
  readonly width: number | undefined;
  readonly paint: PaintState;
  /** How many actions are listed. */
  readonly rows: number;
}

const TOP = 5;

/** One run for people: what it was, what failed, what ran and for how long, what came from where. */
export function runText(summary: RunSummary, run: RunRecord, options: RunTextOptions): string {
  const unwritten = unwrittenText(summary, run);
  if (unwritten !== undefined) return `${head(summary, run, options)}  ${unwritten}\n`;
  const rows = busyRows(run);
  return [
    head(summary, run, options),
    section('Actions, the slowest first', actionTable(rows, options)),
    section('From caches', originTable(rows, options)),
    section(
      `Critical path: ${sum(run.criticalPath)}, each waited for the one before`,
      criticalTable(run.criticalPath, options),
    ),
    section(
      `Critical path of what caches had: ${sum(run.savedPath)}, had it run here as where it was made`,
      criticalTable(run.savedPath, options),
    ),
    section('Largest outputs', outputTable(run, options)),
    faultsText([...summary.faults, ...run.faults]),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** Why there is nothing to tell of a run yet, or any more; undefined: there is. */
export function unwrittenText({ state }: RunSummary, { recorded }: RunRecord): string | undefined {
  if (recorded) return undefined;
  if (state === 'running') return 'it is still running, and writes its record at its end';
  if (state === 'interrupted') return 'it was interrupted before it could write its record';
  return state === 'failed' ? 'it ended before anything was run' : undefined;
}

const section = (title: string, body: string): string => (body === '' ? '' : `${title}\n${body}`);

function head(summary: RunSummary, run: RunRecord, { now, paint }: RunTextOptions): string {
  const took = run.durationMs === undefined ? '' : ` in ${duration(run.durationMs)}`;
  const { sandbox, remote } = run.host;
  const about = [
    (summary.startedAt ?? run.startedAt ?? '').replace('T', ' ').replace(/\.\d+Z$/, ' UTC'),
    ago(summary.startedAt ?? run.startedAt, now),
    sandbox === undefined ? '' : `sandbox ${cleanText(sandbox)}`,
    remote === undefined ? '' : `remote ${cleanText(remote)}`,
  ];
  const lines = [
    `Run ${run.id} ${paint(summary.state, summary.state)}${took}`,
    summary.request === undefined ? '' : `  ${cleanText(summary.request)}`,
    `  ${about.filter((part) => part !== '').join(', ')}`,
    run.recorded ? `  ${plural(run.totals.total, 'action')}: ${countsText(run.totals)}` : '',
  ];
  return `${lines.filter((line) => line.trim() !== '').join('\n')}\n`;
}

function actionTable(rows: readonly RunRow[], { width, rows: most, paint }: RunTextOptions): string {
  const shown = rows
    .slice(0, most)
    .map((row) => [
      row.status === 'succeeded' ? '' : paint(row.status === 'failed' ? 'failed' : 'interrupted', row.status),
      row.wallMs === undefined ? '' : duration(row.wallMs),
      cleanText(row.name),
      `${cleanText(row.from)}${row.attempts > 1 ? `, ${row.attempts} attempts` : ''}`,
    ]);
  const logs = rows.slice(0, most).filter((row) => row.status === 'failed' && row.logs.length > 0);
  const more = rows.length - shown.length;
  return [
    tableText(shown, { right: [1], width, indent: '  ' }),
    more > 0 ? `  and ${more} more (--all lists them)\n` : '',
    ...logs.map((row) => `  what ${cleanText(row.name)} printed: ${row.logs.join(', ')}\n`),
  ].join('');
}

function originTable(rows: readonly RunRow[], { width }: RunTextOptions): string {
  const origins = hitOrigins(rows);
  const shown = origins.slice(0, TOP).map(({ from, count }) => [String(count), cleanText(from)]);
  if (origins.length > TOP) shown.push(['', `and ${origins.length - TOP} other places`]);
  return tableText(shown, { right: [0], width, indent: '  ' });
}

const sum = (path: readonly CriticalStep[]): string =>
  duration(path.reduce((total, { wallMs }) => total + wallMs, 0));

function criticalTable(path: readonly CriticalStep[], { width, rows }: RunTextOptions): string {
  if (path.length < 2) return '';
  const shown = path.slice(0, rows).map(({ id, wallMs }) => [duration(wallMs), cleanText(actionName(id))]);
  const more = path.length - shown.length;
  return tableText(more > 0 ? [...shown, ['', `and ${more} more`]] : shown, {
    right: [0],
    width,
    indent: '  ',
  });
}

const outputTable = (run: RunRecord, { width }: RunTextOptions): string =>
  tableText(
    largestOutputs(run, TOP).map(({ path, size }) => [bytes(size), cleanText(path)]),
    { right: [0], width, indent: '  ' },
  );

const faultsText = (faults: readonly string[]): string =>
  faults.length === 0
    ? ''
    : `This record is not whole:\n${[...new Set(faults)].map((fault) => `  ${fault}\n`).join('')}`;
