import { actionName } from '../cause-text.ts';
import type { RunRecord } from '../runs/read-run.ts';
import type { RunRow } from '../runs/run-rows.ts';
import { duration } from '../terminal-text.ts';
import { text } from './escape.ts';

const WIDTH = 1000;
const ROW = 16;
const MAX_BARS = 3_000;
const MAX_ROWS = 64;

/** What ran when: a row for each that ran at the same time, the critical path marked. */
export function timeline(rows: readonly RunRow[], criticalPath: RunRecord['criticalPath']): string {
  const ran = rows
    .flatMap((row) =>
      row.startedMs === undefined || row.wallMs === undefined
        ? []
        : [{ ...row, from: row.startedMs, to: row.startedMs + row.wallMs }],
    )
    .sort((a, b) => b.to - b.from - (a.to - a.from) || a.from - b.from)
    .slice(0, MAX_BARS)
    .sort((a, b) => a.from - b.from);
  const end = Math.max(0, ...ran.map(({ to }) => to));
  if (ran.length < 2 || end === 0) return '';
  const marked = new Set(criticalPath.map(({ id }) => id));
  const ends: number[] = [];
  const bars = ran.flatMap(({ id, status, from, to }) => {
    const free = ends.findIndex((before) => before <= from + 0.5);
    const row = free < 0 ? ends.length : free;
    if (row >= MAX_ROWS) return [];
    ends[row] = to;
    const kind = status === 'failed' ? 'failed' : marked.has(id) ? 'critical' : 'ran';
    const x = (from / end) * WIDTH;
    const width = Math.max(1, ((to - from) / end) * WIDTH - 0.5);
    return [
      `<rect class="${kind}" x="${x.toFixed(1)}" y="${row * ROW + 1}" width="${width.toFixed(1)}" height="${ROW - 3}" rx="2"><title>${text(actionName(id))}: ${duration(to - from)}</title></rect>`,
    ];
  });
  const height = ends.length * ROW;
  return `<svg class="timeline" viewBox="0 0 ${WIDTH} ${height}" preserveAspectRatio="none" style="height:${height}px" role="img" aria-label="${ran.length} actions over ${duration(end)}">${bars.join('')}</svg>
<p class="scale"><span>0</span><span>${duration(end / 2)}</span><span>${duration(end)}</span></p>
<p class="note">Reading the workspace before, and writing down after, are not in it.</p>
<ul class="legend"><li><i class="critical"></i>on the critical path</li><li><i class="ran"></i>ran</li>${ran.some((r) => r.status === 'failed') ? '<li><i class="failed"></i>failed</li>' : ''}</ul>`;
}
