import { compareCodePoints, sortedBy } from '../base/order.ts';
import { sha256 } from '../fingerprint/digest-bytes.ts';
import { type ActionRecord, type ActionStatus, hasRun } from '../model/record.ts';
import type { OutputResult } from '../model/result.ts';
import { logPath } from './log-paths.ts';

/** One step of the manifest: a target and what became of its actions. Members stand in the order of these literals. */
export function stepText(name: string, records: readonly ActionRecord[], log?: string): string {
  const ordered = [...records].sort((a, b) => compareCodePoints(a.id, b.id));
  const keys = ordered.flatMap((r) => (r.key === undefined ? [] : [r.key])).sort(compareCodePoints);
  return JSON.stringify({
    name,
    status: statusOf(records),
    stage_attempt: Math.max(1, ...records.map((r) => r.attempts)),
    cache_key: sha256(keys.join('\n')),
    cache_hit: records.every((r) => r.status === 'succeeded' && !hasRun(r.source)),
    log_path: log,
    actions: ordered.map(actionText),
    outputs: ordered.flatMap((r) => inPathOrder(r.outputs).map(outputText)),
  });
}

/** A result from a cache lists files before folders; one that was just made, as they were declared. */
export const inPathOrder = (outputs: readonly OutputResult[]): OutputResult[] =>
  sortedBy(outputs, (output) => output.path);

const WORST: readonly ActionStatus[] = ['failed', 'cancelled', 'skipped'];

export const statusOf = (records: readonly ActionRecord[]): ActionStatus =>
  WORST.find((status) => records.some((r) => r.status === status)) ?? 'succeeded';

/** Members that are undefined are left out. */
function actionText({
  id,
  key,
  status,
  source,
  local,
  stdout,
  stderr,
  failure,
  undeclared,
}: ActionRecord): object {
  return {
    id: id.slice(id.indexOf('%') + 1),
    key,
    status,
    source,
    not_isolated: local,
    stdout_path: stdout && logPath(id, 'stdout'),
    stderr_path: stderr && logPath(id, 'stderr'),
    failure,
    undeclared_outputs: undeclared?.length ? undeclared : undefined,
  };
}

export interface OutputText {
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
  readonly files?: number;
  /** Derived from proprietary inputs: it lies below the work root and is named by its hash alone. */
  readonly tainted?: true;
}

export function outputText(output: OutputResult): OutputText {
  const tainted = output.home === undefined ? {} : ({ tainted: true } as const);
  if (output.kind === 'file')
    return { path: output.path, sha256: output.digest.hash, size: output.digest.size, ...tainted };
  const size = output.content.files.reduce((sum, file) => sum + file.digest.size, 0);
  return {
    path: output.path,
    sha256: output.rootDigest.hash,
    size,
    files: output.content.files.length,
    ...tainted,
  };
}
