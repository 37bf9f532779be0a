import { outputsInPlace } from '../engine/outputs-in-place.ts';
import { instanceId } from '../engine/template.ts';
import type { ActionTrace } from '../engine/trace.ts';
import type { OutputResult } from '../model/result.ts';
import { requestFile } from './fast-path.ts';
import type { FinishedRun } from './finished-run.ts';
import { storedIds } from './plan-file.ts';
import { removeOutputs } from './remove-outputs.ts';

type StaleRun = Pick<
  FinishedRun,
  'before' | 'engine' | 'interrupted' | 'mayDeclare' | 'outcome' | 'plan' | 'request' | 'run' | 'state'
>;

/**
 * What this request made before and nothing makes any more is taken away: of targets and actions that are gone, of outputs that are
 * called otherwise, of files that a folder no longer holds. Only what still is as it was written. The paths, for people.
 */
export function removeStaleOutputs(run: StaleRun): readonly string[] {
  const { root } = run.request;
  // A loop of another file may share the folder; and who is interrupted has not come to all of it.
  if (run.run !== undefined || run.interrupted) return [];
  const stale = staleActions(run);
  const outputs = [...stale.values()].flat();
  if (stale.size === 0) return [];
  const isLive = livePaths(run, stale);
  const own = outputs.filter(
    (output) =>
      output.home === undefined && !isLive(output.path) && outputsInPlace(root, output, run.engine.facts),
  );
  removeOutputs(
    root,
    own.map(({ path }) => path),
  );
  const gone = [...stale.keys()].filter((id) => !run.outcome.traces.has(id));
  run.state.traces.append(new Map(gone.map((id) => [id, undefined])));
  return own.map(({ path }) => path);
}

/** By action: what it made that is made no more. */
function staleActions({ before, mayDeclare, outcome, plan, request, state }: StaleRun) {
  const stale = new Map<string, readonly OutputResult[]>();
  const known = (id: string): ActionTrace | undefined =>
    before ? before.traces.source.byId(id) : state.traces.entries.get(id);
  const gone = (id: string): void => {
    const trace = state.traces.entries.get(id);
    if (trace) stale.set(id, trace.result.outputs);
  };
  for (const [id, trace] of outcome.traces) {
    for (const item of trace.items ? goneItems(known(id), trace) : []) gone(instanceId(id, item));
    const renamed = before || trace.items ? [] : missingOutputs(known(id), trace);
    if (renamed.length > 0) stale.set(id, renamed);
  }
  if (before || !mayDeclare) return stale;
  const labels = new Set<string>(plan.labels);
  const ids = new Set(Array.from({ length: plan.table.size }, (_, i) => plan.table.node(i).id));
  for (const id of storedIds(requestFile(request, 'plan'))) {
    if (ids.has(id)) continue;
    const label = id.slice(0, id.indexOf('%'));
    if (!labels.has(label) && mayDeclare(label)) continue;
    for (const item of state.traces.entries.get(id)?.items ?? []) gone(instanceId(id, item));
    gone(id);
  }
  return stale;
}

const goneItems = (before: ActionTrace | undefined, now: ActionTrace): readonly string[] => {
  const items = new Set(now.items);
  return (before?.items ?? []).filter((item) => !items.has(item));
};

function missingOutputs(before: ActionTrace | undefined, now: ActionTrace): readonly OutputResult[] {
  if (!before) return [];
  const paths = new Set(now.result.outputs.map(({ path }) => path));
  return before.result.outputs.filter(({ path }) => !paths.has(path));
}

/** What something else makes, is in, or holds: a path may have changed hands. */
function livePaths(
  { before, outcome, plan, state }: StaleRun,
  stale: ReadonlyMap<string, unknown>,
): (path: string) => boolean {
  const live = new Set<string>();
  const above = new Set<string>();
  const add = (path: string): void => {
    live.add(path);
    for (const folder of foldersOf(path)) above.add(folder);
  };
  for (const { result } of outcome.traces.values()) for (const { path } of result.outputs) add(path);
  // Where the graph is as it was, nothing in it can have taken over what a folder's file made.
  if (!before) {
    for (let i = 0; i < plan.table.size; i++)
      for (const { path } of plan.table.node(i).decl.outputs) add(path);
    for (const [id, { result }] of state.traces.entries)
      if (!stale.has(id)) for (const { path } of result.outputs) add(path);
  }
  return (path) => live.has(path) || above.has(path) || foldersOf(path).some((folder) => live.has(folder));
}

function foldersOf(path: string): string[] {
  const folders: string[] = [];
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1))
    folders.push(path.slice(0, slash));
  return folders;
}
