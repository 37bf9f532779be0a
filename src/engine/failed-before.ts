import type { ActionNode } from '../graph/action-graph.ts';
import type { ActionRecord } from '../model/record.ts';
import { type Evaluation, failed } from './action-records.ts';
import type { PreparedAction } from './prepare-action.ts';

/** With the same key it would fail again; but what hangs on more than its key may do better this time. */
export function failedBefore(
  before: ActionRecord | undefined,
  node: ActionNode,
  { key: { key }, action: { doNotCache } }: PreparedAction,
): Evaluation | undefined {
  const { network, local } = node.decl;
  if (before?.failure?.kind !== 'exit' || before.key !== key) return undefined;
  if (doNotCache || network || local !== undefined) return undefined;
  const { failure, log, stdout, stderr } = before;
  const streams = { ...(stdout ? { stdout } : {}), ...(stderr ? { stderr } : {}) };
  return {
    record: { ...failed(node, failure), key, ...(log ? { log } : {}), ...streams },
    trace: undefined,
  };
}
