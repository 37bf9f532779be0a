import type { Label } from '../model/label.ts';
import type { ActionRecord, Totals } from '../model/record.ts';

/** The run's events as JSON lines, numbered, without times. Targets that nothing was done for are not told one by one. */
export function runEvents(runId: string, labels: readonly Label[], records: readonly ActionRecord[], totals: Totals, interrupted: boolean): string[] {
  const lines: string[] = [];
  const emit = (type: string, more: object): void => {
    lines.push(JSON.stringify({ seq: lines.length + 1, type, run_id: runId, ...more }));
  };
  emit('recomp.run.requested', { execution_mode: 'local' });
  emit('recomp.run.started', { targets: labels.length });
  const touched = new Map<number, ActionRecord[]>();
  for (const record of records) {
    if (record.source === 'journal') continue;
    const list = touched.get(record.target);
    if (list) list.push(record);
    else touched.set(record.target, [record]);
  }
  for (const [target, own] of [...touched].sort(([a], [b]) => a - b)) {
    emit('recomp.run.stage.completed', {
      stage: labels[target],
      status: own.find((r) => r.status !== 'succeeded')?.status ?? 'succeeded',
      stage_attempt: Math.max(1, ...own.map((r) => r.attempts)),
      artifacts: own.flatMap((r) => r.outputs.map((o) => `artifact://sha256:${o.kind === 'file' ? o.digest.hash : o.rootDigest.hash}`)),
    });
  }
  emit('recomp.run.completed', { state: interrupted || totals.failed + totals.skipped > 0 ? 'failed' : 'succeeded', ...totals });
  return lines;
}
