import { digestBytes } from '../fingerprint/digest-bytes.ts';
import type { ActionRecord } from '../model/record.ts';
import { stageLogPath } from '../report/log-paths.ts';
import { stageLog } from '../report/stage-log.ts';
import type { SeenHeader } from './fast-path.ts';
import type { FinishedRun } from './finished-run.ts';

/** A log for each stage of a loop, whether its actions ran or were up to date, printed or were silent. */
export function stageLogs(
  { plan, engine, outcome }: FinishedRun,
  untouched: () => readonly ActionRecord[],
): SeenHeader['logs'] {
  if (plan.stages.length === 0) return [];
  const records = [...outcome.records, ...untouched()];
  return plan.stages.map((label) => {
    const bytes = Buffer.from(
      stageLog(
        label,
        records.filter(({ target }) => plan.labels[target] === label),
      ),
    );
    const digest = digestBytes(bytes);
    engine.logs.keep(digest, bytes);
    return [stageLogPath(label), engine.logs.pathOf(digest)] as const;
  });
}
