import PQueue from 'p-queue';
import type { ActionGraph, ActionNode } from '../graph/action-graph.ts';
import type { ActionRecord } from '../model/record.ts';
import { Plan } from '../plan/plan.ts';
import { ActionEvaluator, type Evaluation } from './evaluate.ts';
import type { BuildObserver } from './build-observer.ts';
import { PoolGate } from './pool-gate.ts';
import type { EngineServices } from './services.ts';
import { storageFailure } from './storage-failure.ts';
import { instantiate } from './template.ts';
import type { ActionTrace } from './trace.ts';

export interface BuildOptions {
  readonly jobs: number;
  readonly keepGoing: boolean;
  /** Run although nothing changed. */
  readonly force: boolean;
  readonly keepSandbox: boolean;
  readonly verifyDeterminism: boolean;
  readonly pools: Readonly<Record<string, number>>;
}

export interface BuildInput {
  readonly graph: ActionGraph;
  /** By action id, from the journal. */
  readonly traces: ReadonlyMap<string, ActionTrace>;
  /** Actions (by index) something of which may have changed; `all` when nothing is known. */
  readonly dirty: ReadonlySet<number> | 'all';
  readonly options: BuildOptions;
}

export interface BuildOutcome {
  /** Every action, instances of templates included, in graph order. */
  readonly records: readonly ActionRecord[];
  /** What the journal must learn. */
  readonly traces: ReadonlyMap<string, ActionTrace>;
  readonly interrupted: boolean;
}

/** The whole story: what may be dirty → ready ones, longest path first → look up, else run → release dependants. */
export async function build(input: BuildInput, services: EngineServices, observer: BuildObserver, signal: AbortSignal): Promise<BuildOutcome> {
  const run = new BuildRun(input, services, observer, signal);
  return run.finish();
}

class BuildRun {
  readonly #input: BuildInput;
  readonly #observer: BuildObserver;
  readonly #services: EngineServices;
  readonly #signal: AbortSignal;
  readonly #plan: Plan;
  readonly #queue: PQueue;
  readonly #pools: PoolGate;
  readonly #evaluator: ActionEvaluator;
  readonly #nodes: ActionNode[];
  readonly #records: (ActionRecord | undefined)[] = [];
  readonly #newTraces = new Map<string, ActionTrace>();
  /** Instances of each template, in path order. */
  readonly #instances = new Map<number, readonly number[]>();
  /** The template of each instance that has not ended. */
  readonly #templateOf = new Map<number, number>();
  readonly #openInstances = new Map<number, number>();
  #stopping = false;
  #bug: { readonly error: unknown } | undefined;
  #done: () => void = () => {};

  constructor(input: BuildInput, services: EngineServices, observer: BuildObserver, signal: AbortSignal) {
    this.#input = input;
    this.#observer = observer;
    this.#services = services;
    this.#signal = signal;
    this.#nodes = [...input.graph.actions];
    this.#queue = new PQueue({ concurrency: input.options.jobs });
    this.#pools = new PoolGate(input.options.pools);
    this.#evaluator = new ActionEvaluator(services, input.traces, input.options);
    const wanted = this.#wanted();
    this.#plan = new Plan({
      deps: input.graph.actions.map((a) => a.deps),
      weight: (i) => this.#expectedMs(i),
      wanted: (i) => wanted[i] === 1,
      firstFree: this.#nodes.length,
    });
    observer.planned(this.#plan.unfinished);
  }

  async finish(): Promise<BuildOutcome> {
    const stop = (): void => {
      this.#stopping = true;
      this.#endIfIdle();
    };
    this.#signal.addEventListener('abort', stop, { once: true });
    if (this.#signal.aborted) stop();
    if (!this.#plan.finished && !this.#stopping) {
      await new Promise<void>((resolve) => {
        this.#done = resolve;
        this.#pump();
      });
    }
    this.#signal.removeEventListener('abort', stop);
    if (this.#bug) throw this.#bug.error;
    return { records: this.#allRecords(), traces: this.#newTraces, interrupted: this.#signal.aborted };
  }

  /** A template is no action of its own: it counts only where it could not be planned. */
  #allRecords(): ActionRecord[] {
    return this.#nodes.flatMap((node, i) => {
      const record = this.#records[i];
      if (record) return [record];
      return this.#instances.has(i) ? [] : [this.#leftOver(node)];
    });
  }

  /** What may have changed, and everything below it. What is left out is as the last build left it, and is told so at once. */
  #wanted(): Uint8Array {
    const { graph, dirty, traces } = this.#input;
    const wanted = new Uint8Array(graph.actions.length);
    graph.actions.forEach((node, i) => {
      const isDirty = dirty === 'all' || dirty.has(i) || !traces.has(node.id) || node.deps.some((d) => wanted[d] === 1);
      if (isDirty || !this.#adoptClean(node, i)) wanted[i] = 1;
    });
    return wanted;
  }

  #adoptClean(node: ActionNode, index: number): boolean {
    const trace = this.#input.traces.get(node.id);
    if (!trace) return false;
    if (node.decl.each) return this.#adoptCleanTemplate(node, index, trace);
    this.#record(index, this.#evaluator.adopt(node, trace));
    return true;
  }

  #adoptCleanTemplate(node: ActionNode, index: number, trace: ActionTrace): boolean {
    const planned = this.#evaluator.adoptTemplate(node, trace, this.#input.traces);
    if (!planned) return false;
    const indexes = planned.map(({ instance, record }) => {
      const at = this.#nodes.push(instance) - 1;
      this.#record(at, record);
      return at;
    });
    this.#instances.set(index, indexes);
    this.#closeGroup(index);
    return true;
  }

  #expectedMs(index: number): number {
    const node = this.#nodes[index];
    return (node && this.#input.traces.get(node.id)?.result.wallMs) || 1;
  }

  #pump(): void {
    while (!this.#stopping && this.#queue.size + this.#queue.pending < this.#input.options.jobs) {
      const index = this.#plan.take();
      if (index === undefined) break;
      this.#start(index);
    }
    this.#endIfIdle();
  }

  #endIfIdle(): void {
    const idle = this.#queue.size + this.#queue.pending === 0 && !this.#pools.busy;
    if (idle && (this.#stopping || this.#plan.finished)) this.#done();
  }

  #start(index: number): void {
    const node = this.#nodes[index];
    if (!node) return;
    this.#pools.enter(node.decl.pool, (leave) => {
      void this.#queue.add(async () => {
        try {
          if (!this.#stopping) await this.#perform(node, index);
        } catch (error) {
          this.#trouble(node, index, error);
        } finally {
          leave();
          // After p-queue has counted this one as ended.
          setImmediate(() => this.#pump());
        }
      });
    });
  }

  /** The system refused something (disk full, no permission): the action fails. Anything else is a bug and ends the build. */
  #trouble(node: ActionNode, index: number, error: unknown): void {
    const failure = storageFailure(error);
    if (failure) this.#settle(node, index, { record: this.#evaluator.failed(node, failure), trace: undefined });
    else {
      this.#bug ??= { error };
      this.#stopping = true;
    }
  }

  async #perform(node: ActionNode, index: number): Promise<void> {
    if (node.decl.each) return this.#growTemplate(node, index);
    const evaluation = await this.#evaluator.evaluate(node, this.#observer, this.#signal);
    this.#settle(node, index, evaluation);
  }

  #settle(node: ActionNode, index: number, evaluation: Evaluation): void {
    const { record, trace } = evaluation;
    if (trace) this.#newTraces.set(node.id, trace);
    this.#record(index, record);
    this.#observer.finished(record);
    this.#endInstance(index);
    if (record.status === 'succeeded') {
      this.#plan.succeed(index);
      return;
    }
    for (const skipped of this.#plan.fail(index)) this.#skip(skipped);
    if (!this.#input.options.keepGoing) this.#stopping = true;
  }

  #skip(index: number): void {
    const node = this.#nodes[index];
    if (!node || this.#records[index]) return;
    const record = this.#evaluator.notRun(node, 'skipped');
    this.#records[index] = record;
    this.#observer.finished(record);
  }

  #growTemplate(node: ActionNode, index: number): void {
    const over = this.#evaluator.outputs.byPath.get(node.decl.each?.over ?? '');
    const instances = over?.kind === 'tree' ? instantiate(node.decl, over.content, this.#services.matches) : [];
    if (over?.kind === 'tree') this.#evaluator.openTree(over);
    const clash = this.#evaluator.claim(instances.map((i) => i.decl));
    if (clash) {
      this.#settle(node, index, { record: this.#evaluator.failed(node, clash), trace: undefined });
      return;
    }
    const indexes = this.#plan.grow(index, instances.length);
    indexes.forEach((at, i) => {
      const instance = instances[i];
      if (instance) this.#nodes[at] = this.#evaluator.instanceNode(node, instance.decl);
      this.#templateOf.set(at, index);
    });
    this.#instances.set(index, indexes);
    this.#openInstances.set(index, indexes.length);
    this.#newTraces.set(node.id, this.#evaluator.templateTrace(instances.map((i) => i.item)));
    this.#observer.planned(indexes.length);
    if (indexes.length === 0) this.#closeGroup(index);
  }

  /** When the last instance has ended the template's group is complete; its dependants start only after this. */
  #endInstance(index: number): void {
    const template = this.#templateOf.get(index);
    if (template === undefined) return;
    const open = (this.#openInstances.get(template) ?? 1) - 1;
    this.#openInstances.set(template, open);
    if (open === 0) this.#closeGroup(template);
  }

  #closeGroup(template: number): void {
    const node = this.#nodes[template];
    const records = (this.#instances.get(template) ?? []).map((at) => this.#records[at]);
    if (node && records.every((r) => r?.status === 'succeeded')) {
      this.#evaluator.setGroup(node.id, records.flatMap((r) => r?.outputs ?? []));
    }
  }

  #record(index: number, record: ActionRecord): void {
    this.#records[index] = record;
  }

  #leftOver(node: ActionNode): ActionRecord {
    return this.#evaluator.notRun(node, this.#signal.aborted ? 'cancelled' : 'skipped');
  }
}
