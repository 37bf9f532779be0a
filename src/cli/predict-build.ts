import { type Prediction, predict } from '../engine/predict.ts';
import type { TraceSource } from '../engine/trace.ts';
import { extentOf } from '../engine/untouched.ts';
import type { ActionTable } from '../graph/action-table.ts';
import type { MakerOf } from '../report/explanation.ts';
import type { BuildArguments } from './build-arguments.ts';
import { openBuildState } from './build-state.ts';
import { composeEngine } from './compose-engine.ts';
import type { BuildRequestKey, FastAnswer } from './fast-path.ts';
import { dirtyFor, withDownloads } from './left-away.ts';
import type { RequestPlan } from './plan-file.ts';
import { knownFacts, prepareBuild, tracesBefore } from './prepare-build.ts';
import { explainingKeys } from './shared-keys.ts';
import { textReader } from './source-texts.ts';

export interface PredictedBuild {
  readonly plan: RequestPlan;
  readonly predictions: readonly Prediction[];
  readonly maker: MakerOf;
  /** Contents that are known by their digest, as text. */
  readonly read: ReturnType<typeof textReader>;
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
  if (typeof prepared === 'number') return prepared;
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
    const dirty = args.force || options.of === 'everything' ? 'all' : dirtyFor(args.remoteDownload, prepared);
    const extent = dirty === 'all' ? undefined : extentOf(table, traces, dirty).wanted;
    const wanted = (index: number): boolean => !extent || extent[index] === 1 || asked.has(index);
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
    };
  } finally {
    await engine.close();
  }
}

/** A single target is the last of all that it needs: the others need not be unfolded to find it. */
function askedActions({ table, labels, requested }: RequestPlan): Set<number> {
  const names = new Set<string>(requested);
  const asked = new Set<number>();
  for (let i = table.size - 1; i >= 0; i--) {
    if (names.has(labels[table.node(i).target] ?? '')) asked.add(i);
    else if (names.size === 1 && asked.size > 0) break;
  }
  return asked;
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
