import { describeKey } from '../fingerprint/describe-key.ts';
import { firstDifference } from '../fingerprint/first-difference.ts';
import type { ActionNode } from '../graph/action-graph.ts';
import type { ActionDecl } from '../model/action.ts';
import type { ActionRecord } from '../model/record.ts';
import { type Evaluation, failed, notRun } from './action-records.ts';
import type { BuildInput } from './build-input.ts';
import type { BuildObserver } from './build-observer.ts';
import { failedBefore } from './failed-before.ts';
import { ResultFinder } from './find-result.ts';
import { LeftOutputs } from './left-outputs.ts';
import { outputsInPlace } from './outputs-in-place.ts';
import type { OutputsSoFar } from './outputs-so-far.ts';
import { OutputPlacer } from './place-outputs.ts';
import { type PreparedAction, prepareAction } from './prepare-action.ts';
import { outputsToPutBack } from './put-back.ts';
import type { RunGate } from './run-gate.ts';
import { ActionRunner, type RunOptions } from './run-with-retries.ts';
import type { EngineServices } from './services.ts';
import type { TraceSource } from './trace.ts';

export interface EvaluateOptions extends RunOptions {
  /** Say what made an action run. */
  readonly explain: boolean;
}

/** How often an action starts again because a file it reads was edited meanwhile. */
const INPUT_CHANGE_ATTEMPTS = 3;

/** Must an action run? Up to date by the journal, else in a cache, else run. */
export class ActionEvaluator {
  readonly #services: EngineServices;
  readonly #options: EvaluateOptions;
  readonly #outputs: OutputsSoFar;
  readonly #placer: OutputPlacer;
  readonly #finder: ResultFinder;
  readonly #left: LeftOutputs;
  readonly #runner: ActionRunner;
  readonly #gate: RunGate;

  constructor(
    services: EngineServices,
    traces: TraceSource,
    options: EvaluateOptions,
    outputs: OutputsSoFar,
    gate: RunGate,
  ) {
    this.#services = services;
    this.#options = options;
    this.#outputs = outputs;
    this.#gate = gate;
    this.#placer = new OutputPlacer(services.root, services.facts);
    this.#finder = new ResultFinder(services, traces, this.#placer);
    this.#left = new LeftOutputs(services, outputs, this.#placer);
    this.#runner = new ActionRunner(services, this.#placer, this.#left, options);
  }

  /** Before anything is evaluated. */
  putBack(input: BuildInput): void {
    if (!this.#fresh) this.#placer.placeMany(outputsToPutBack(input, this.#services), this.#services.blobs);
  }

  /** Of an action whose inputs are as its trace had them: what is known of it since `putBack`. */
  passed(node: ActionNode, index: number): Evaluation | undefined {
    const found = this.#placer.hasAnyBack ? this.#finder.findPutBack(node, index) : undefined;
    return found && this.#learnt(found);
  }

  /** `index`: its place in the graph. `steady`: nothing that it reads differs from what its trace was made of. */
  async evaluate(
    node: ActionNode,
    index: number,
    steady: boolean,
    observer: BuildObserver,
    signal: AbortSignal,
  ): Promise<Evaluation> {
    const same = steady && !this.#fresh ? await this.#finder.findSteady(node, index) : undefined;
    if (same) return this.#learnt(same);
    for (let attempt = 1; ; attempt++) {
      const evaluation = await this.#evaluateOnce(node, index, observer, signal);
      const moved = evaluation.record.failure?.kind === 'input-changed';
      if (!moved || this.lost || attempt >= INPUT_CHANGE_ATTEMPTS || signal.aborted)
        return this.#learnt(evaluation);
      observer.retried(node.id, attempt + 1, 'an input changed while it ran');
      await this.#mendInputs(node.decl);
    }
  }

  /** What was left in the remote cache has gone from there: what needs it cannot be told anything of. */
  get lost(): boolean {
    return this.#left.lost;
  }

  close(): void {
    this.#placer.close();
  }

  get #fresh(): boolean {
    return this.#options.force || this.#options.verifyDeterminism;
  }

  #learnt(evaluation: Evaluation): Evaluation {
    this.#outputs.learn(evaluation.record.outputs);
    return evaluation;
  }

  /** Outputs that it reads and that were edited or deleted meanwhile are put back; sources are taken as they are now. */
  async #mendInputs(decl: ActionDecl): Promise<void> {
    const { root, facts, blobs } = this.#services;
    for (const output of this.#outputs.readBy(decl)) {
      if (output.home === undefined && !outputsInPlace(root, output, facts))
        await this.#placer.placeBlobs(output, blobs);
    }
  }

  async #evaluateOnce(
    node: ActionNode,
    index: number,
    observer: BuildObserver,
    signal: AbortSignal,
  ): Promise<Evaluation> {
    const { now, timeline } = this.#services;
    const from = now();
    const prepared = prepareAction(node.decl, this.#services, this.#outputs);
    timeline?.(node.id, 'hash', from, now());
    if ('failure' in prepared) return { record: failed(node, prepared.failure), trace: undefined };
    const sought = now();
    const known = this.#fresh
      ? undefined
      : ((await this.#finder.find(node, index, prepared)) ?? this.#failedBefore(node, prepared));
    timeline?.(node.id, this.#whereSought(known), sought, now());
    const evaluation =
      known ??
      (await this.#gate.pass((leave) => this.#runner.run(node, prepared, observer, signal, leave))) ??
      tooLate(node, signal);
    return this.#noted(node, index, prepared, evaluation);
  }

  #failedBefore(node: ActionNode, prepared: PreparedAction): Evaluation | undefined {
    return failedBefore(this.#services.failures?.get(node.id), node, prepared);
  }

  /** What is new is remembered, to tell the next difference from it. */
  #noted(node: ActionNode, index: number, prepared: PreparedAction, evaluation: Evaluation): Evaluation {
    const { record } = evaluation;
    const { key } = prepared.key;
    if (record.status === 'failed') this.#services.keys.noteFailed(node.id, key, prepared.action);
    if (record.status !== 'succeeded' || this.#finder.traceOf(node, index)?.key === key) return evaluation;
    const why = this.#options.explain ? this.#why(node, prepared) : undefined;
    this.#services.keys.note(node.id, key, prepared.action);
    return why ? { ...evaluation, record: { ...record, why } } : evaluation;
  }

  /** What differs from the last success. */
  #why(node: ActionNode, { action }: PreparedAction): ActionRecord['why'] {
    const before = this.#services.keys.get(node.id);
    return before && firstDifference(describeKey(before.action), describeKey(action));
  }

  /** Behind the local cache the remote one is asked: what is found there or nowhere took its time. */
  #whereSought(found: Evaluation | undefined): 'cache' | 'remote' {
    const { source } = found?.record ?? {};
    return this.#services.lookups === undefined || source === 'local' || source === 'journal'
      ? 'cache'
      : 'remote';
  }
}

const tooLate = (node: ActionNode, { aborted }: AbortSignal): Evaluation => ({
  record: notRun(node, aborted ? 'cancelled' : 'skipped'),
  trace: undefined,
});
