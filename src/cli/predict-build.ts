import { type Prediction, predict } from '../engine/predict.ts';
import type { TraceSource } from '../engine/trace.ts';
import { extentOf } from '../engine/untouched.ts';
import type { ActionTable } from '../graph/action-table.ts';
import type { MakerOf } from '../report/explanation.ts';
import type { BuildArguments } from './build-arguments.ts';
import { type BuildState, openBuildState } from './build-state.ts';
import { composeEngine } from './compose-engine.ts';
import type { BuildRequestKey, FastAnswer } from './fast-path.ts';
import { dirtyFor, withDownloads } from './left-away.ts';
import type { RequestPlan } from './plan-file.ts';
import { knownFacts, type Prepared, prepareBuild, tracesBefore } from './prepare-build.ts';
import { explainingKeys } from './shared-keys.ts';
import { textReader } from './source-texts.ts';

export interface PredictedBuild {
  readonly plan: RequestPlan;
  readonly predictions: readonly Prediction[];
  readonly maker: MakerOf;
  /** Contents that are known by their digest, as text. */
  readonly read: ReturnType<typeof textReader>;
  /** The shared cache that was asked. */
  readonly remote: string | undefined;
}

export interface PredictOptions {
  /** Of everything, or of what was asked for and whatever is not as it was. */
  readonly of: 'everything' | 'what-matters';
}

/** What a build of this request would do; a number is the exit code of what has been said. Nothing in the workspace changes. */
export async function predictBuild(
  request: BuildRequestKey,
  args: Pick<BuildArguments, 'patterns' | 'sandbox' | 'force' | 'remoteDownload'>,
  known: FastAnswer,
  options: PredictOptions,
): Promise<PredictedBuild | number> {
  const state = openBuildState(request.stateDir);
  const prepared = await prepareBuild(request, args, known, state, undefined);
  return typeof prepared === 'number' ? prepared : predictPrepared(request, args, prepared, state, options);
}

/** The same of what has been made ready; it may hold more than what is asked about. */
export async function predictPrepared(
  request: BuildRequestKey,
  args: Pick<BuildArguments, 'sandbox' | 'force' | 'remoteDownload'>,
  prepared: Prepared,
  state: BuildState,
  options: PredictOptions,
): Promise<PredictedBuild | number> {
  const { plan } = prepared;
  const composed = await composeEngine({
    root: request.root,
    stateDir: request.stateDir,
    config: plan.config,
    args,
    known: knownFacts(request.root, prepared, state),
    keys: explainingKeys(request.root, plan.config.name, state.keys),
  });
  if (typeof composed === 'number') return composed;
  const engine = withDownloads(composed, args.remoteDownload, plan);
  try {
    const traces = tracesBefore(prepared, state);
    const { table } = plan;
    const asked = askedActions(plan);
    const needed = neededFor(table, asked);
    const dirty = args.force || options.of === 'everything' ? 'all' : dirtyFor(args.remoteDownload, prepared);
    const extent = dirty === 'all' ? undefined : extentOf(table, traces, dirty).wanted;
    const wanted = (index: number): boolean =>
      needed[index] === 1 && (!extent || extent[index] === 1 || asked.has(index));
    const predictions = await predict(
      { table, traces, wanted, asked: (index) => asked.has(index), force: args.force },
      engine.services,
    );
    return {
      plan,
      predictions,
      maker: makerFinder(table, traces, predictions),
      read: textReader({
        root: request.root,
        known: (path) => [state.texts.entries.get(path) ?? ''],
        blobs: engine.services.blobs,
      }),
      remote: engine.host['remote'] ?? undefined,
    };
  } finally {
    await engine.close();
  }
}

function askedActions({ table, labels, requested, actionsOf }: RequestPlan): Set<number> {
  // The others need not be unfolded to find those of one target.
  if (requested.length === 1) return new Set(requested.flatMap(actionsOf));
  const names = new Set<string>(requested);
  const asked = new Set<number>();
  for (let i = 0; i < table.size; i++) if (names.has(labels[table.node(i).target] ?? '')) asked.add(i);
  return asked;
}

/** 1: asked about, or something that is depends on it. Dependencies stand before dependants. */
function neededFor(table: ActionTable, asked: ReadonlySet<number>): Uint8Array {
  const needed = new Uint8Array(table.size);
  for (let i = table.size - 1; i >= 0; i--) {
    if (asked.has(i)) needed[i] = 1;
    if (needed[i] === 1) for (const dep of table.deps(i)) needed[dep] = 1;
  }
  return needed;
}

/** Which action made a file that another reads, and by which key. */
function makerFinder(
  table: ActionTable,
  traces: TraceSource,
  predictions: readonly Prediction[],
): PredictedBuild['maker'] {
  const keys = new Map(predictions.flatMap((p) => (p.key ? [[p.node.id, p.key.key] as const] : [])));
  return (reader, path) => {
    for (const dep of reader.deps) {
      const node = table.node(dep);
      const makes = node.decl.outputs.some((o) => path === o.path || path.startsWith(`${o.path}/`));
      // Another request may have made it since this one's trace.
      const key = makes ? (keys.get(node.id) ?? traces.at(dep, node.id)?.key) : undefined;
      if (key !== undefined) return { node, key };
    }
    return undefined;
  };
}
