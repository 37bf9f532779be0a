import type { BuildOutcome } from '../engine/build-outcome.ts';
import type { ActionTrace, TraceSource } from '../engine/trace.ts';
import type { ActionNode } from '../graph/action-graph.ts';
import type { ActionRecord } from '../model/record.ts';
import type { RequestPlan } from './plan-file.ts';

/** How many actions the build had no reason to look at. */
export function untouchedActions(plan: RequestPlan, { wanted }: BuildOutcome, traces: TraceSource): number {
  let count = 0;
  for (let i = 0; i < plan.table.size; i++) {
    if (wanted[i] === 1) continue;
    const node = plan.hasTemplates ? plan.table.node(i) : undefined;
    count += node?.decl.each ? (traces.at(i, node.id)?.items?.length ?? 0) : 1;
  }
  return count;
}

/** They are as the journal has them. */
export function untouchedRecords(
  { table }: RequestPlan,
  { wanted }: BuildOutcome,
  traces: TraceSource,
): ActionRecord[] {
  const records: ActionRecord[] = [];
  for (let i = 0; i < table.size; i++) {
    if (wanted[i] === 1) continue;
    const node = table.node(i);
    const trace = traces.at(i, node.id);
    if (node.decl.each)
      for (const item of trace?.items ?? []) {
        const id = `${node.id}[${item}]`;
        add(records, node, id, traces.byId(id));
      }
    else add(records, node, node.id, trace);
  }
  return records;
}

function add(
  records: ActionRecord[],
  { target, decl }: ActionNode,
  id: string,
  trace: ActionTrace | undefined,
): void {
  if (!trace) return;
  const { outputs, stdout, stderr } = trace.result;
  const { mnemonic, local } = decl;
  records.push({
    id,
    target,
    mnemonic,
    status: 'succeeded',
    source: 'journal',
    key: trace.key,
    outputs,
    attempts: 0,
    ...(local === undefined ? {} : { local }),
    ...(stdout ? { stdout } : {}),
    ...(stderr ? { stderr } : {}),
  });
}
