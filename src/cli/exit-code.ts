import type { ActionRecord } from '../model/record.ts';

/** 1: a target failed; 4: it was the machine. */
export function exitCodeOf(records: readonly ActionRecord[]): number {
  const failures = records.flatMap((r) => (r.failure && r.status === 'failed' ? [r.failure] : []));
  if (failures.length === 0) return records.some((r) => r.status !== 'succeeded') ? 1 : 0;
  return failures.every((f) => f.blame === 'infrastructure' || f.kind === 'sandbox') ? 4 : 1;
}
