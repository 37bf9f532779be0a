import type { ActionRecord } from '../model/record.ts';
import { logPath } from '../report/log-paths.ts';
import type { Engine } from './engine.ts';
import { isHeader, type SeenHeader } from './fast-path.ts';
import type { FinishedRun, StoredRequest } from './finished-run.ts';

type Logs = SeenHeader['logs'];

/** Where the run's record has each log, and where it lies. */
export const logsAfter = ({ before, outcome: { records }, engine }: FinishedRun): Logs => {
  const made = records.flatMap((r) => logsOf(r.id, r, engine));
  return before ? withOlder(before, records, made) : made;
};

function withOlder({ table }: StoredRequest, records: readonly ActionRecord[], made: Logs): Logs {
  const old = isHeader(table.header) ? table.header.logs : [];
  if (old.length === 0) return made;
  const again = new Set(records.flatMap(({ id }) => [logPath(id, 'stdout'), logPath(id, 'stderr')]));
  return [...old.filter(([path]) => !again.has(path)), ...made];
}

const logsOf = (
  id: string,
  { stdout, stderr }: Pick<ActionRecord, 'stdout' | 'stderr'>,
  engine: Engine,
): Logs => [
  ...(stdout ? [[logPath(id, 'stdout'), engine.logs.pathOf(stdout)] as const] : []),
  ...(stderr ? [[logPath(id, 'stderr'), engine.logs.pathOf(stderr)] as const] : []),
];
