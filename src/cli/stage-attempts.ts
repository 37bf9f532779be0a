import type { ActionRecord } from '../model/record.ts';
import type { FramedRun } from './build-frame.ts';
import type { RequestPlan } from './plan-file.ts';

/** The attempts of a stage are counted where the run's state is, over retries and resumptions: its record says the same. */
export function withStageAttempts(
  records: readonly ActionRecord[],
  { labels }: Pick<RequestPlan, 'labels'>,
  run: FramedRun | undefined,
): readonly ActionRecord[] {
  if (!run) return records;
  return records.map((record) => {
    const label = labels[record.target];
    const attempts = label === undefined ? 0 : run.attempts(label);
    return attempts === 0 ? record : { ...record, attempts };
  });
}
