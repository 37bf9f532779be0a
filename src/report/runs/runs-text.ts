import type { Totals } from '../../model/record.ts';
import { cleanText } from '../source-line.ts';
import { tableText } from '../table.ts';
import { duration } from '../terminal-text.ts';
import type { RunSummary } from './run-summary.ts';

export type PaintState = (state: RunSummary['state'], text: string) => string;

/** A run a line, newest first. */
export function runsText(
  runs: readonly RunSummary[],
  options: { readonly now: number; readonly width: number | undefined; readonly paint: PaintState },
): string {
  const isNarrow = options.width !== undefined && options.width < ROOM_FOR_COUNTS;
  const rows = runs.map((run) => [
    run.id,
    options.paint(run.state, run.state),
    ago(run.startedAt, options.now),
    run.durationMs === undefined ? '' : duration(run.durationMs),
    // Where both have no room, what was asked for tells more.
    ...(isNarrow ? [] : [run.totals ? countsText(run.totals) : run.faults.join(', ')]),
    cleanText(run.request ?? (isNarrow ? run.faults.join(', ') : '')),
  ]);
  return tableText(rows, { right: [2, 3], width: options.width });
}

const ROOM_FOR_COUNTS = 110;

/** What became of the actions: only what there is some of. */
export function countsText(totals: Totals): string {
  const counts: readonly (readonly [number, string])[] = [
    [totals.failed, 'failed'],
    [totals.executed, 'ran'],
    [totals.local_hits, 'cached'],
    [totals.remote_hits, 'from remote'],
    [totals.up_to_date, 'up to date'],
    [totals.skipped, 'not run'],
  ];
  return (
    counts
      .filter(([count]) => count > 0)
      .map(([count, what]) => `${count} ${what}`)
      .join(', ') || 'nothing to do'
  );
}

/** How long ago, roughly; the run's name has the time. */
export function ago(startedAt: string | undefined, now: number): string {
  const ms = now - Date.parse(startedAt ?? '');
  if (!Number.isFinite(ms) || ms < 0) return '';
  const minutes = ms / 60_000;
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${Math.floor(minutes)} min ago`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return `${Math.floor(minutes / 60 / 24)} days ago`;
}
