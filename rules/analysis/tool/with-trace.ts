import { getOrMake } from '../../../src/base/get-or-make.ts';
import type { Hints } from '../../recompiler/analyse/hints.ts';
import type { RuntimeTrace } from '../../recompiler/trace/runtime-trace.ts';
import type { NameEntry } from '../../shared/name-map/entry.ts';
import { uniqueEvidence } from '../../shared/name-map/merge.ts';

/** A trace saw these functions run: that is evidence for what stands at their addresses. */
export function withTraceEvidence(entries: readonly NameEntry[], trace: RuntimeTrace): readonly NameEntry[] {
  const ran = new Set(trace.functions);
  return entries.map((entry) =>
    ran.has(entry.address)
      ? {
          ...entry,
          evidence: uniqueEvidence([...(entry.evidence ?? []), { source: 'trace', detail: 'ran' }]),
        }
      : entry,
  );
}

/** Where control went becomes boundaries, and jumps by register get the targets that were seen. */
export function withTraceHints(hints: Hints, trace: RuntimeTrace): Hints {
  const tables = new Map<number, Set<number>>([...hints.tables].map(([at, to]) => [at, new Set(to)]));
  for (const { from, to, kind } of trace.indirect)
    if (kind === 'jump') getOrMake(tables, from, () => new Set<number>()).add(to);
  const arrivals = [
    ...trace.functions,
    ...trace.fallback,
    ...trace.indirect.flatMap(({ to, kind }) => (kind === 'call' ? [to] : [])),
  ];
  return {
    ...hints,
    entries: inOrder([...hints.entries, ...arrivals]),
    tables: new Map([...tables].sort(([a], [b]) => a - b).map(([at, to]) => [at, inOrder(to)])),
    traceOf: trace.inputSha256,
  };
}

const inOrder = (addresses: Iterable<number>): number[] => [...new Set(addresses)].sort((a, b) => a - b);
