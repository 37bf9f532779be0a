import type { ActionNode } from '../graph/action-graph.ts';
import type { ActionTable } from '../graph/action-table.ts';
import type { ActionTrace, TraceSource } from './trace.ts';

/** What a build has to look at, and what the journal answers for. */
export interface Extent {
  /** 1: something in it may have changed, or in what it depends on. */
  readonly wanted: Uint8Array;
  /** Actions outside of it whose outputs it reads. */
  readonly border: readonly {
    readonly index: number;
    readonly node: ActionNode;
    readonly trace: ActionTrace;
  }[];
}

/** Everything below what is dirty. An action that the journal does not know is dirty too. */
export function extentOf(
  table: ActionTable,
  traces: TraceSource,
  dirty: ReadonlySet<number> | 'all',
): Extent {
  const wanted = new Uint8Array(table.size);
  if (dirty === 'all') return { wanted: wanted.fill(1), border: [] };
  for (const index of dirty) wanted[index] = 1;
  for (;;) {
    spread(table, wanted);
    const border = borderOf(table, traces, wanted);
    const unknown = border.filter((b) => b.trace === undefined);
    if (unknown.length === 0)
      return { wanted, border: border.flatMap(({ trace, ...rest }) => (trace ? [{ ...rest, trace }] : [])) };
    for (const { index } of unknown) wanted[index] = 1;
  }
}

/** Marks everything that depends on what is marked. */
export function spread(table: ActionTable, wanted: Uint8Array): void {
  for (let i = 0; i < table.size; i++) {
    if (wanted[i] !== 1 && table.deps(i).some((d) => wanted[d] === 1)) wanted[i] = 1;
  }
}

function borderOf(
  table: ActionTable,
  traces: TraceSource,
  wanted: Uint8Array,
): { index: number; node: ActionNode; trace: ActionTrace | undefined }[] {
  const border = new Set<number>();
  for (let i = 0; i < table.size; i++) {
    if (wanted[i] === 1) for (const d of table.deps(i)) if (wanted[d] !== 1) border.add(d);
  }
  return [...border].map((index) => {
    const node = table.node(index);
    return { index, node, trace: knownTrace(node, index, traces) };
  });
}

/** A template is known only with all its instances, as they were then: the journal may have lost some, or learnt others since. */
export function knownTrace(node: ActionNode, index: number, traces: TraceSource): ActionTrace | undefined {
  const trace = traces.at(index, node.id);
  if (!trace || !node.decl.each) return trace;
  return trace.items?.every((item, i) => isKnown(traces.byId(`${node.id}[${item}]`), trace.keys?.[i]))
    ? trace
    : undefined;
}

const isKnown = (instance: ActionTrace | undefined, key: string | undefined): boolean =>
  instance !== undefined && instance.key === key;
