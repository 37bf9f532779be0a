import { journalFacts } from '../engine/file-facts.ts';
import { type Prediction, predict } from '../engine/predict.ts';
import { journalTraces } from '../engine/trace.ts';
import type { BuildArguments } from './build-arguments.ts';
import { openBuildState } from './build-state.ts';
import { composeEngine } from './compose-engine.ts';
import type { BuildRequestKey, FastAnswer } from './fast-path.ts';
import type { RequestPlan } from './plan-file.ts';
import { prepareBuild } from './prepare-build.ts';
import { explainingKeys } from './shared-keys.ts';
import { textReader } from './source-texts.ts';

export interface PredictedBuild {
  readonly plan: RequestPlan;
  readonly predictions: readonly Prediction[];
  /** Contents that are known by their digest, as text. */
  readonly read: ReturnType<typeof textReader>;
}

/** What a build of this request would do; a number is the exit code of what has been said. Nothing in the workspace changes. */
export async function predictBuild(
  request: BuildRequestKey,
  args: Pick<BuildArguments, 'patterns' | 'sandbox' | 'force'>,
  known: FastAnswer,
): Promise<PredictedBuild | number> {
  const state = openBuildState(request.stateDir);
  const prepared = await prepareBuild(request, args, known, state, undefined);
  if (typeof prepared === 'number') return prepared;
  const { plan, before } = prepared;
  const engine = await composeEngine({
    root: request.root,
    stateDir: request.stateDir,
    config: plan.config,
    args,
    known: journalFacts(state.files),
    keys: explainingKeys(request.root, plan.config.name, state.keys),
  });
  if (typeof engine === 'number') return engine;
  try {
    const traces = before?.traces.source ?? journalTraces(state.traces);
    const { table } = plan;
    const requested = new Set<string>(plan.requested);
    const asked = (index: number): boolean => requested.has(plan.labels[table.node(index).target] ?? '');
    const predictions = await predict(
      { table, traces, wanted: () => true, asked, force: args.force },
      engine.services,
    );
    return {
      plan,
      predictions,
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
