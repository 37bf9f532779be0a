import { lstatSync } from 'node:fs';
import { comparedFacts, type FactSource, journalFacts } from '../engine/file-facts.ts';
import { journalTraces, type TraceSource } from '../engine/trace.ts';
import { knownTrace } from '../engine/untouched.ts';
import { withoutTests } from '../graph/without-tests.ts';
import type { SeenEntry } from '../journal/seen-entry.ts';
import { heldEntries, kindOf, type SeenTable, usersOf } from '../journal/seen-table.ts';
import type { BuildArguments } from './build-arguments.ts';
import type { BuildFrame } from './build-frame.ts';
import type { BuildState } from './build-state.ts';
import { carryOver, expandedBefore, openLastBuild } from './carry-over.ts';
import { type BuildRequestKey, type FastAnswer, isHeader, requestFile } from './fast-path.ts';
import type { EarlierBuild, StoredRequest } from './finished-run.ts';
import { openPlan, planOf, type RequestPlan } from './plan-file.ts';
import { printDiagnostics } from './print.ts';
import { mayBeProprietary, mustAskForProprietary } from './proprietary-record.ts';
import { heldSignature } from './seen-entries.ts';
import { openTraces } from './trace-file.ts';

/** What is built and what is known of it before anything is looked at again. */
export interface Prepared {
  readonly plan: RequestPlan;
  readonly load: () => readonly SeenEntry[];
  /** Present where the workspace was loaded: whether its files declare a target, as far as they were read. */
  readonly mayDeclare?: ((label: string) => boolean) | undefined;
  readonly dirty: ReadonlySet<number> | 'all';
  readonly before: StoredRequest | undefined;
  readonly earlier?: EarlierBuild | undefined;
}

/** By the stored graph while it holds, else by loading the workspace; a number is the exit code of what has been said. */
export async function prepareBuild(
  request: BuildRequestKey,
  args: Pick<BuildArguments, 'patterns'>,
  known: FastAnswer,
  state: BuildState,
  frame: BuildFrame | undefined,
): Promise<Prepared | number> {
  // A run with a record of every stage looks at every action.
  const quick = known.kind === 'go-on' && !frame?.begin ? takeOver(request, known, state) : undefined;
  if (quick) return quick;
  const { loadWorkspace } = await import('./load-workspace.ts');
  const last = frame?.begin ? undefined : openLastBuild(request, known, state);
  const expanded = last && expandedBefore(last);
  const loaded = await loadWorkspace(request.root, request.here, args.patterns, frame?.automation, expanded);
  if (frame?.loaded) frame.loaded(loaded);
  else await printDiagnostics(loaded.diagnostics);
  const plan = loaded.plan && (frame?.narrow ?? untested)(loaded.plan);
  if (!plan) return loaded.diagnostics.some((d) => d.code.startsWith('policy-')) ? 3 : 2;
  const { automations = [], lenders = [], mayDeclare } = loaded;
  const hasLoops = automations.length + lenders.length > 0;
  const seen = [...loaded.seen];
  if (hasLoops || mustAskForProprietary(request.stateDir)) {
    const { vetInputs } = await import('./automate/vet-inputs.ts');
    const { code, watched } = vetInputs(request, plan, { automations, lenders }, state, frame);
    if (code !== 0) return code;
    seen.push(...watched);
  }
  const carried = hasLoops ? undefined : last && carryOver(last, plan);
  if (!carried) return { plan, load: () => seen, mayDeclare, dirty: 'all', before: undefined };
  const { dirty, earlier } = carried;
  const load = (): SeenEntry[] => loadedBefore(seen, earlier);
  return { plan, load, mayDeclare, dirty, before: undefined, earlier };
}

/** What lies outside of the workspace was looked at for actions too that this build leaves as they are. */
function loadedBefore(seen: readonly SeenEntry[], { table }: EarlierBuild): SeenEntry[] {
  const paths = new Set(seen.map(({ path }) => path));
  const outside = heldEntries(table, 'load').filter(({ path }) => path.startsWith('/') && !paths.has(path));
  return [...seen, ...outside];
}

/** The stored graph still holds when only sources and outputs changed, and the sources are still files. */
export function takeOver(
  request: BuildRequestKey,
  known: FastAnswer & { kind: 'go-on' },
  state: BuildState,
): Prepared | undefined {
  const { seen, changed, held } = known;
  if (!seen || !changed) return undefined;
  if (changed.some((i) => kindOf(seen, i) === 'load' || sourceIsGone(request.root, seen, i)))
    return undefined;
  // A file that was harmless when the workspace was loaded may have become a copy of one that is not.
  if (mayBeProprietary(request.stateDir, changedFiles(request.root, seen, changed))) return undefined;
  const plan = held?.plan ?? openPlan(requestFile(request, 'plan'));
  const traces =
    held?.traces ??
    (plan &&
      openTraces(
        requestFile(request, 'traces'),
        plan.table.size,
        seen.stored?.lines,
        journalTraces(state.traces),
      ));
  if (!plan || !traces || (plan.hasTemplates && !knowsInstances(plan, traces.source))) return undefined;
  return {
    plan,
    load: () => heldEntries(seen, 'load'),
    dirty: dirtyActions(seen, changed),
    before: { table: seen, changed, traces },
  };
}

/** The journal, which all requests share, still holds of every instance what this request last saw. */
function knowsInstances({ table }: RequestPlan, traces: TraceSource): boolean {
  for (let i = 0; i < table.size; i++) {
    const node = table.node(i);
    if (node.decl.each && !knownTrace(node, i, traces)) return false;
  }
  return true;
}

/** Those that have to do with what changed, and those that did not succeed last time. */
function dirtyActions(seen: SeenTable, changed: readonly number[]): Set<number> {
  return new Set([...usersOf(seen, changed), ...unfinishedOf(seen)]);
}

/** Actions that did not succeed, by their places. */
export const unfinishedOf = ({ header }: SeenTable): readonly number[] =>
  isHeader(header) ? header.unfinished : [];

const changedFiles = (root: string, seen: SeenTable, changed: readonly number[]): string[] =>
  changed.flatMap((i) => {
    const path = kindOf(seen, i) === 'source' ? seen.paths[i] : undefined;
    return path === undefined ? [] : [path.startsWith('/') ? path : `${root}/${path}`];
  });

/** Loading says in full what is wrong with a source that is no file any more, or has become a link. */
function sourceIsGone(root: string, seen: SeenTable, index: number): boolean {
  const path = seen.paths[index] ?? '';
  if (kindOf(seen, index) !== 'source' || path.startsWith('/')) return false;
  return lstatSync(`${root}/${path}`, { throwIfNoEntry: false })?.isFile() !== true;
}

/** Up to this many changed files are hashed sooner than the journal of all files is read. */
const FEW = 200;

export function knownFacts(root: string, { before, earlier }: Prepared, state: BuildState): FactSource {
  const known = before ?? earlier;
  if (!known || known.changed.length > FEW) return journalFacts(state.files);
  return comparedFacts(heldSignature(root, known.table, known.changed), state.files);
}

/** What was right before the build. */
export const tracesBefore = ({ before, earlier }: Prepared, state: BuildState): TraceSource =>
  before?.traces.source ?? earlier?.traces ?? journalTraces(state.traces);

/** What was touched of them is outputs, nothing that they read. */
export function steadyActions(before: StoredRequest | undefined): (index: number) => boolean {
  if (!before) return () => false;
  const { table, changed } = before;
  const readers = usersOf(
    table,
    changed.filter((i) => kindOf(table, i) !== 'output'),
  );
  // The trace of what failed last time is of an older state still.
  for (const index of unfinishedOf(table)) readers.add(index);
  return (index) => !readers.has(index);
}

const untested = (plan: RequestPlan): RequestPlan =>
  planOf({ ...plan, graph: withoutTests(plan.graph()) }, plan.config);
