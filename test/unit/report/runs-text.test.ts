import { expect, it } from 'vitest';
import { runsText } from '../../../src/report/runs/runs-text.ts';

const totals = { total: 3, executed: 1, failed: 1, local_hits: 0, remote_hits: 0, up_to_date: 1, skipped: 0 };
const run = {
  id: '20260101-000000-0123456789',
  state: 'failed',
  request: 'recomp build //app',
  startedAt: '2026-01-01T00:00:00Z',
  durationMs: 1500,
  totals,
  faults: [],
} as const;
const text = (width: number | undefined): string =>
  runsText([run], { now: Date.parse('2026-01-01T00:05:00Z'), width, paint: (_, word) => word });

it('a run in a line tells what was asked for, and where there is room what became of the actions', () => {
  const counts = '1 failed, 1 ran, 1 up to date';
  expect(text(undefined)).toBe(
    `20260101-000000-0123456789  failed  5 min ago  1.50 s  ${counts}  recomp build //app\n`,
  );
  expect(text(120)).toContain(counts);
  expect(text(80)).toBe('20260101-000000-0123456789  failed  5 min ago  1.50 s  recomp build //app\n');
});
