import { canonicalJson, type Json } from '../base/canonical-json.ts';
import { compareCodePoints } from '../base/order.ts';
import { sha256 } from '../fingerprint/digest-bytes.ts';
import type { ActionRecord, ActionStatus } from '../model/record.ts';
import type { OutputResult } from '../model/result.ts';
import { logPath } from './log-paths.ts';

/** One step of the manifest: a target and what became of its actions. */
export function stepOf(name: string, records: readonly ActionRecord[]): Json {
  const sortedRecords = [...records].sort((a, b) => compareCodePoints(a.id, b.id));
  const keys = sortedRecords.flatMap((r) => (r.key === undefined ? [] : [r.key])).sort(compareCodePoints);
  return {
    name,
    status: statusOf(records),
    stage_attempt: Math.max(1, ...records.map((r) => r.attempts)),
    cache_key: sha256(canonicalJson(keys)),
    cache_hit: records.every((r) => r.status === 'succeeded' && r.source !== 'executed'),
    actions: sortedRecords.map(actionOf),
    outputs: sortedRecords.flatMap((r) => r.outputs.map(outputOf)),
  };
}

const WORST: readonly ActionStatus[] = ['failed', 'cancelled', 'skipped'];

const statusOf = (records: readonly ActionRecord[]): ActionStatus =>
  WORST.find((status) => records.some((r) => r.status === status)) ?? 'succeeded';

function actionOf(record: ActionRecord): Json {
  const { id, key, status, source, stdout, stderr, undeclared } = record;
  return {
    id: id.slice(id.indexOf('%') + 1),
    ...(key === undefined ? {} : { key }),
    status,
    ...(source === undefined ? {} : { source }),
    ...(stdout === undefined ? {} : { stdout_path: logPath(id, 'stdout') }),
    ...(stderr === undefined ? {} : { stderr_path: logPath(id, 'stderr') }),
    ...(record.failure === undefined ? {} : { failure: { ...record.failure } }),
    ...(undeclared === undefined || undeclared.length === 0 ? {} : { undeclared_outputs: undeclared }),
  };
}

export function outputOf(output: OutputResult): Json {
  if (output.kind === 'file') return { path: output.path, sha256: output.digest.hash, size: output.digest.size };
  const size = output.content.files.reduce((sum, file) => sum + file.digest.size, 0);
  return { path: output.path, sha256: output.rootDigest.hash, size, files: output.content.files.length };
}
