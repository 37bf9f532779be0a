import type { ActionRecord } from '../model/record.ts';

/** The actions of a build on a time line that chrome://tracing and Perfetto show: one row per action that ran at the same time. */
export function chromeTrace(records: readonly ActionRecord[]): string {
  const ran = records.flatMap((r) =>
    r.startedMs === undefined || r.wallMs === undefined
      ? []
      : [{ ...r, startedMs: r.startedMs, wallMs: r.wallMs }],
  );
  const rowEnds: number[] = [];
  const events = ran
    .sort((a, b) => a.startedMs - b.startedMs)
    .map(({ id, mnemonic, status, attempts, key, startedMs, wallMs }) => {
      let row = rowEnds.findIndex((end) => end <= startedMs);
      if (row < 0) row = rowEnds.length;
      rowEnds[row] = startedMs + wallMs;
      return {
        name: id,
        cat: mnemonic,
        ph: 'X',
        pid: 1,
        tid: row + 1,
        ts: Math.round(startedMs * 1000),
        dur: Math.round(wallMs * 1000),
        args: { status, attempts, key },
      };
    });
  const names = rowEnds.map((_, row) => ({
    name: 'thread_name',
    ph: 'M',
    pid: 1,
    tid: row + 1,
    args: { name: `job ${row + 1}` },
  }));
  return `${JSON.stringify({ displayTimeUnit: 'ms', traceEvents: [...names, ...events] })}\n`;
}
