import type { Totals } from '../model/record.ts';
import { plural } from './terminal-text.ts';

/** `ran`: the word for what was executed. */
export function countsText(totals: Totals, ran: string): string {
  const counts: readonly (readonly [number, string])[] = [
    [totals.executed, ran],
    [totals.local_hits, 'from the cache'],
    [totals.remote_hits, 'from the remote cache'],
    [totals.up_to_date, 'up to date'],
    [totals.failed, 'failed'],
    [totals.skipped, 'not run'],
  ];
  const parts = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return `${plural(totals.total, 'action')}: ${parts.join(', ') || 'nothing to do'}`;
}
