import { journalTraces, type TraceSource } from '../engine/trace.ts';
import type { ActionTable } from '../graph/action-table.ts';
import { isListing, kindOf, type SeenTable, usersOf } from '../journal/seen-table.ts';
import { BUILD_FILE } from '../workspace/safe-path.ts';
import type { BuildState } from './build-state.ts';
import { type BuildRequestKey, type FastAnswer, isHeader, requestFile } from './fast-path.ts';
import type { EarlierBuild } from './finished-run.ts';
import { openPlan, type RequestPlan } from './plan-file.ts';
import { openTraces } from './trace-file.ts';

/** What holds of the last build of a request though its packages had to be read again. */
export interface CarriedOver {
  /** Those that are new or declared otherwise, and those that have to do with a file that changed. */
  readonly dirty: ReadonlySet<number>;
  readonly earlier: EarlierBuild;
}

/**
 * An edit of a package leaves most actions as they were declared. Of those the last build knows that they are right, as long as
 * nothing changed but packages, sources and outputs: a tool, a rule or the workspace's own settings may concern any of them.
 */
export function carryOver(
  request: BuildRequestKey,
  known: FastAnswer,
  plan: RequestPlan,
  state: BuildState,
): CarriedOver | undefined {
  if (known.kind !== 'go-on' || !known.seen || !known.changed || plan.hasTemplates) return undefined;
  const { seen, changed, held } = known;
  if (!isHeader(seen.header) || changed.some((i) => concernsAll(seen, i))) return undefined;
  const old = held?.plan ?? openPlan(requestFile(request, 'plan'));
  if (!old || old.hasTemplates || JSON.stringify(old.config) !== JSON.stringify(plan.config))
    return undefined;
  const traces =
    held?.traces ?? openTraces(requestFile(request, 'traces'), old.table.size, journalTraces(state.traces));
  if (!traces) return undefined;
  const places = oldPlaces(old.table, plan.table);
  const touched = new Set([...usersOf(seen, changed), ...seen.header.unfinished]);
  const dirty = new Set<number>();
  for (let i = 0; i < plan.table.size; i++) {
    const at = places[i] ?? -1;
    if (at < 0 || touched.has(at) || !sameDecl(old.table, at, plan.table, i)) dirty.add(i);
  }
  return { dirty, earlier: { table: seen, changed, traces: moved(traces.source, places) } };
}

function concernsAll(seen: SeenTable, index: number): boolean {
  if (kindOf(seen, index) !== 'load') return false;
  const path = seen.paths[index] ?? '';
  if (path.startsWith('/')) return true;
  return !(path === BUILD_FILE || path.endsWith(`/${BUILD_FILE}`) || isListing(seen, index));
}

/** Where each action stood in the old graph; -1: nowhere. */
function oldPlaces(old: ActionTable, now: ActionTable): Int32Array {
  const byId = new Map<string, number>();
  for (let i = 0; i < old.size; i++) byId.set(old.node(i).id, i);
  return Int32Array.from({ length: now.size }, (_, i) => byId.get(now.node(i).id) ?? -1);
}

const sameDecl = (old: ActionTable, at: number, now: ActionTable, i: number): boolean =>
  JSON.stringify(old.node(at).decl) === JSON.stringify(now.node(i).decl);

const moved = (traces: TraceSource, places: Int32Array): TraceSource => ({
  at: (index, id) => {
    const at = places[index] ?? -1;
    return at < 0 ? undefined : traces.at(at, id);
  },
  byId: (id) => traces.byId(id),
});
