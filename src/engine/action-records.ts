import type { ActionKey } from '../fingerprint/action-key.ts';
import type { ActionNode } from '../graph/action-graph.ts';
import type { ActionFailure } from '../model/failure.ts';
import type { ActionRecord, ActionSource } from '../model/record.ts';
import type { ActionResult } from '../model/result.ts';
import type { ActionTrace } from './trace.ts';

export interface Evaluation {
  readonly record: ActionRecord;
  readonly trace: ActionTrace | undefined;
}

export function succeeded(
  node: ActionNode,
  key: ActionKey['key'],
  result: ActionResult,
  source: ActionSource,
  attempts: number,
): Evaluation {
  const { stdout, stderr, maker, outputs } = result;
  const { id, target, decl } = node;
  const { mnemonic, local } = decl;
  // Of one shape where there is nothing more to say: thousands of these are made at a time.
  const record: ActionRecord = {
    id,
    target,
    mnemonic,
    outputs,
    status: 'succeeded',
    source,
    key,
    attempts,
  };
  const more = {
    ...(local !== undefined && { local }),
    ...(stdout && { stdout }),
    ...(stderr && { stderr }),
    ...(maker !== undefined && isFromElsewhere(source) && { maker }),
  };
  return { record: hasAny(more) ? { ...record, ...more } : record, trace: { key, result } };
}

function hasAny(more: object): boolean {
  for (const _ in more) return true;
  return false;
}

export const failed = (node: ActionNode, failure: ActionFailure): ActionRecord => ({
  ...base(node),
  status: failure.kind === 'cancelled' ? 'cancelled' : 'failed',
  failure,
  attempts: 0,
});

export const notRun = (node: ActionNode, status: 'skipped' | 'cancelled'): ActionRecord => ({
  ...base(node),
  status,
  attempts: 0,
});

function base({
  id,
  target,
  decl,
}: ActionNode): Pick<ActionRecord, 'id' | 'target' | 'mnemonic' | 'outputs' | 'local'> {
  const { mnemonic, local } = decl;
  return { id, target, mnemonic, outputs: [], ...(local === undefined ? {} : { local }) };
}

const isFromElsewhere = (source: ActionSource): boolean => source !== 'executed' && source !== 'journal';
