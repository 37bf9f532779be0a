import type { BuildOutcome } from '../engine/build-outcome.ts';
import { homeOf } from '../engine/output-place.ts';
import { outputsInPlace } from '../engine/outputs-in-place.ts';
import { instanceId } from '../engine/template.ts';
import type { ActionTrace } from '../engine/trace.ts';
import type { OutputResult } from '../model/result.ts';
import { requestFile } from './fast-path.ts';
import type { FinishedRun, StoredRequest } from './finished-run.ts';
import { storedIds } from './plan-file.ts';
import { unfinishedOf } from './prepare-build.ts';
import { removeOutputs } from './remove-outputs.ts';
import { storedTexts, traceText } from './trace-file.ts';

type StaleRun = Pick<
  FinishedRun,
  'before' | 'engine' | 'mayDeclare' | 'outcome' | 'plan' | 'request' | 'run' | 'state'
>;

/**
 * What this request made before and nothing makes any more is taken away: of targets and actions that are gone, of outputs that are
 * called otherwise, of files that a folder no longer holds. Only what still is as it was written. The paths, for people.
 */
export function removeStaleOutputs(run: StaleRun): readonly string[] {
  const { root } = run.request;
  const stale = staleActions(run);
  if (stale.size === 0) return [];
  const place = livePlaces(run, stale);
  const own = [...stale.values()]
    .flat()
    .flatMap((output) => (place(output.path) === 'above' ? partsOf(output) : [output]))
    .filter(
      (output) =>
        output.home === undefined &&
        place(output.path) === 'apart' &&
        outputsInPlace(root, output, run.engine.facts),
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
function staleActions(run: StaleRun): ReadonlyMap<string, readonly OutputResult[]> {
  const { before, mayDeclare, outcome, plan, request, state } = run;
  const stale = new Map<string, readonly OutputResult[]>();
  const known = lastMade(run);
  const gone = (id: string): void => {
    const trace = state.traces.entries.get(id);
    if (trace) stale.set(id, trace.result.outputs);
  };
  for (const [id, trace] of outcome.traces)
    for (const item of trace.items ? goneItems(known(id), trace) : []) gone(instanceId(id, item));
  for (const [id, was, now] of before ? retried(before, run) : remade(outcome, known)) {
    const renamed = missingOutputs(was, now);
    if (renamed.length > 0) stale.set(id, renamed);
  }
  if (before || !mayDeclare) return stale;
  const labels = new Set<string>(plan.labels);
  const ids = new Set(Array.from({ length: plan.table.size }, (_, i) => plan.table.node(i).id));
  for (const id of storedIds(requestFile(request, 'plan'))) {
    if (ids.has(id)) continue;
    const label = id.slice(0, id.indexOf('%'));
    if (!labels.has(label) && mayDeclare(label)) continue;
    const trace = known(id);
    for (const item of trace?.items ?? []) gone(instanceId(id, item));
    if (trace) gone(id);
  }
  return stale;
}

type Remade = readonly [id: string, was: ActionTrace | undefined, now: ActionTrace];

const remade = (
  { traces }: BuildOutcome,
  known: (id: string) => ActionTrace | undefined,
): readonly Remade[] =>
  [...traces].flatMap(([id, now]): Remade[] => (now.items ? [] : [[id, known(id), now]]));

/** The graph is as it was; but what did not succeed when it was new has not been held against what was made before that. */
const retried = ({ table, traces }: StoredRequest, { outcome, plan }: StaleRun): readonly Remade[] =>
  unfinishedOf(table).flatMap((index): Remade[] => {
    const { id } = plan.table.node(index);
    const now = outcome.traces.get(id);
    return now && !now.items ? [[id, traces.source.at(index, id), now]] : [];
  });

/** What each action made when it was last right; of a loop beside another one in its folder, only what this one was the last to make. */
function lastMade({ before, request, run, state }: StaleRun): (id: string) => ActionTrace | undefined {
  const journal = (id: string): ActionTrace | undefined => state.traces.entries.get(id);
  if (before) return (id) => before.traces.source.byId(id);
  if (!run?.sharesFolder) return journal;
  const own = storedTexts(requestFile(request, 'traces'));
  return (id) => {
    const trace = journal(id);
    return trace && own.has(traceText(trace)) ? trace : undefined;
  };
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

/** Of a folder that others make something in by now, what lies in it. */
const partsOf = (output: OutputResult): readonly OutputResult[] =>
  output.kind === 'file'
    ? []
    : output.content.files.map(({ path, ...file }) => ({
        ...homeOf(output),
        ...file,
        kind: 'file',
        path: `${output.path}/${path}`,
      }));

/** Whether something else makes a path, or a folder that it is in (`taken`), or something in it (`above`): it may have changed hands. */
function livePlaces(
  { before, outcome, plan, state }: StaleRun,
  stale: ReadonlyMap<string, unknown>,
): (path: string) => 'taken' | 'above' | 'apart' {
  const live = new Set<string>();
  const above = new Set<string>();
  const add = (path: string): void => {
    live.add(path);
    for (const folder of foldersOf(path)) above.add(folder);
  };
  for (const { result } of outcome.traces.values()) for (const { path } of result.outputs) add(path);
  // Where the graph is as it was and all of it was right, nothing in it can have taken over what a folder's file made.
  if (!before || unfinishedOf(before.table).length > 0) {
    for (let i = 0; i < plan.table.size; i++)
      for (const { path } of plan.table.node(i).decl.outputs) add(path);
    for (const [id, { result }] of state.traces.entries)
      if (!stale.has(id)) for (const { path } of result.outputs) add(path);
  }
  return (path) => {
    if (live.has(path) || foldersOf(path).some((folder) => live.has(folder))) return 'taken';
    return above.has(path) ? 'above' : 'apart';
  };
}

function foldersOf(path: string): string[] {
  const folders: string[] = [];
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1))
    folders.push(path.slice(0, slash));
  return folders;
}
