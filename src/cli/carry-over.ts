import { getOrMake } from '../base/get-or-make.ts';
import { journalTraces, type TraceSource } from '../engine/trace.ts';
import type { ExpandedBefore } from '../expand/expand-changed.ts';
import type { ActionTable } from '../graph/action-table.ts';
import { isListing, kindOf, type SeenTable, usersOf } from '../journal/seen-table.ts';
import type { ActionDecl } from '../model/action.ts';
import type { Label } from '../model/label.ts';
import type { ConfiguredTarget } from '../model/target.ts';
import { BUILD_FILE } from '../workspace/safe-path.ts';
import type { BuildState } from './build-state.ts';
import { type BuildRequestKey, type FastAnswer, isHeader, requestFile } from './fast-path.ts';
import type { EarlierBuild } from './finished-run.ts';
import { openPlan, type RequestPlan } from './plan-file.ts';
import { openTraces } from './trace-file.ts';

/** The last build of a request, of which something holds though its packages have to be read again. */
export interface LastBuild {
  readonly seen: SeenTable;
  readonly unfinished: readonly number[];
  readonly changed: readonly number[];
  readonly plan: RequestPlan;
  readonly traces: TraceSource;
}

/** Undefined: something changed that may concern every target: a tool, a rule or the workspace's own settings. */
export function openLastBuild(
  request: BuildRequestKey,
  known: FastAnswer,
  state: BuildState,
): LastBuild | undefined {
  if (known.kind !== 'go-on' || !known.seen || !known.changed) return undefined;
  const { seen, changed, held } = known;
  if (!isHeader(seen.header) || changed.some((i) => concernsAll(seen, i))) return undefined;
  const plan = held?.plan ?? openPlan(requestFile(request, 'plan'));
  const lines =
    held?.traces ??
    (plan &&
      openTraces(
        requestFile(request, 'traces'),
        plan.table.size,
        seen.stored?.lines,
        journalTraces(state.traces),
      ));
  if (!plan || !lines) return undefined;
  return { seen, unfinished: seen.header.unfinished, changed, plan, traces: lines.source };
}

/** What its targets were expanded to. */
export function expandedBefore({ plan: { expansion, graph } }: LastBuild): ExpandedBefore {
  const { targets, actions } = graph();
  const decls = new Map<number, ActionDecl[]>();
  for (const { target, decl } of actions) getOrMake(decls, target, () => []).push(decl);
  const byLabel = new Map(targets.map((target, i) => [target.label, i]));
  const last = (label: Label): ConfiguredTarget | undefined => {
    const at = byLabel.get(label) ?? -1;
    const target = targets[at];
    return target && { ...target, actions: decls.get(at) ?? [] };
  };
  const { world, digests, listedFolders, askedTools } = expansion();
  const recall = (label: Label, digest: string): ConfiguredTarget | undefined =>
    digests[label] === digest ? last(label) : undefined;
  return { world, recall, last, listedFolders, askedTools };
}

/** What holds of its actions. */
export interface CarriedOver {
  /** Those that are new or declared otherwise, and those that have to do with a file that changed. */
  readonly dirty: ReadonlySet<number>;
  readonly earlier: EarlierBuild;
}

/** An edit of a package leaves most actions as they were declared: of those the last build knows that they are right. */
export function carryOver(last: LastBuild, plan: RequestPlan): CarriedOver | undefined {
  const { seen, unfinished, changed, plan: old, traces } = last;
  if (old.hasTemplates || plan.hasTemplates) return undefined;
  if (JSON.stringify(old.config) !== JSON.stringify(plan.config)) return undefined;
  const places = oldPlaces(old.table, plan.table);
  const touched = new Set([...usersOf(seen, changed), ...unfinished]);
  const dirty = new Set<number>();
  for (let i = 0; i < plan.table.size; i++) {
    const at = places[i] ?? -1;
    if (at < 0 || touched.has(at) || !sameDecl(old.table, at, plan.table, i)) dirty.add(i);
  }
  return { dirty, earlier: { table: seen, changed, traces: moved(traces, places) } };
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

function sameDecl(old: ActionTable, at: number, now: ActionTable, i: number): boolean {
  const before = old.node(at).decl;
  const after = now.node(i).decl;
  return before === after || JSON.stringify(before) === JSON.stringify(after);
}

const moved = (traces: TraceSource, places: Int32Array): TraceSource => ({
  at: (index, id) => {
    const at = places[index] ?? -1;
    return at < 0 ? undefined : traces.at(at, id);
  },
  byId: (id) => traces.byId(id),
});
