import PQueue from 'p-queue';
import type { ActionNode } from '../graph/action-graph.ts';
import type { ActionTable } from '../graph/action-table.ts';
import type { ActionRecord } from '../model/record.ts';
import { Plan } from '../plan/plan.ts';
import { type Evaluation, failed, notRun } from './action-records.ts';
import type { BuildObserver } from './build-observer.ts';
import { ActionEvaluator } from './evaluate.ts';
import { OutputClaims } from './output-claims.ts';
import { OutputsSoFar } from './outputs-so-far.ts';
import { PoolGate } from './pool-gate.ts';
import { sameOutput } from './run-action.ts';
import { RunGate } from './run-gate.ts';
import type { EngineServices } from './services.ts';
import { storageFailure } from './storage-failure.ts';
import { instanceNode, instantiate, templateTrace } from './template.ts';
import type { ActionTrace, TraceSource } from './trace.ts';
import { extentOf, spread } from './untouched.ts';

export interface BuildOptions {
  readonly jobs: number;
  readonly keepGoing: boolean;
  /** Run although nothing changed. */
  readonly force: boolean;
  readonly keepSandbox: boolean;
  readonly verifyDeterminism: boolean;
  readonly explain: boolean;
  readonly pools: Readonly<Record<string, number>>;
}

export interface BuildInput {
  readonly table: ActionTable;
  readonly traces: TraceSource;
  /** Actions (by index) something of which may have changed; `all` when nothing is known. */
  readonly dirty: ReadonlySet<number> | 'all';
  /** Of the dirty ones, those whose own inputs are as their traces had them: only outputs were touched. */
  readonly steady: (index: number) => boolean;
  readonly options: BuildOptions;
  /** Says, while the build runs, which actions read something that is not any more as they read it. */
  readonly outdated?: Outdated;
}

/** Tells a listener of actions, by index; what depends on them is out of date as well. Returns how to stop listening. */
export type Outdated = (listener: (actions: ReadonlySet<number>) => void) => () => void;

export interface BuildOutcome {
  /** Every action that was looked at, instances of templates included, in graph order. */
  readonly records: readonly ActionRecord[];
  /** By index in the graph: 1 where it was looked at. The others are as the last build left them. */
  readonly wanted: Uint8Array;
  /** What the journal must learn. */
  readonly traces: ReadonlyMap<string, ActionTrace>;
  readonly interrupted: boolean;
}

/** The whole story: what may be dirty → ready ones, longest path first → look up, else run → release dependants. */
export async function build(
  input: BuildInput,
  services: EngineServices,
  observer: BuildObserver,
  signal: AbortSignal,
): Promise<BuildOutcome> {
  const run = new BuildRun(input, services, observer, signal);
  return run.finish();
}

const OUTDATED = { kind: 'cancelled', blame: 'environment' } as const;

class BuildRun {
  readonly #input: BuildInput;
  readonly #observer: BuildObserver;
  readonly #services: EngineServices;
  readonly #signal: AbortSignal;
  readonly #plan: Plan;
  readonly #claims: OutputClaims;
  readonly #queue: PQueue;
  /** How many are looked at at once. */
  readonly #width: number;
  readonly #pools: PoolGate;
  readonly #outputs = new OutputsSoFar();
  readonly #evaluator: ActionEvaluator;
  readonly #wanted: Uint8Array;
  /** 1: looked at, and its outputs came out as they were. */
  readonly #unchanged: Uint8Array;
  /** Instances of templates; their indexes follow those of the graph. */
  readonly #grown: ActionNode[] = [];
  readonly #records = new Map<number, ActionRecord>();
  readonly #newTraces = new Map<string, ActionTrace>();
  /** Instances of each template, in path order. */
  readonly #instances = new Map<number, readonly number[]>();
  /** The template of each instance that has not ended. */
  readonly #templateOf = new Map<number, number>();
  readonly #openInstances = new Map<number, number>();
  readonly #cancels = new Map<number, AbortController>();
  /** By index in the graph: 1: out of date, and not to be started. */
  readonly #outdated: Uint8Array;
  #turnDue = 0;
  #stopping = false;
  #bug: { readonly error: unknown } | undefined;
  #done: () => void = () => {};

  constructor(input: BuildInput, services: EngineServices, observer: BuildObserver, signal: AbortSignal) {
    this.#input = input;
    this.#observer = observer;
    this.#services = services;
    this.#signal = signal;
    const { jobs } = input.options;
    this.#width = Math.max(jobs, services.lookups ?? 0);
    this.#queue = new PQueue({ concurrency: this.#width });
    this.#queue.on('next', () => this.#goOn());
    this.#pools = new PoolGate(input.options.pools);
    this.#evaluator = new ActionEvaluator(
      services,
      input.traces,
      input.options,
      this.#outputs,
      new RunGate(jobs, () => this.#stopping),
    );
    const { table, traces } = input;
    const { wanted, border } = extentOf(table, traces, input.dirty);
    for (const { node, trace } of border) this.#outputs.adopt(node, trace, traces);
    this.#wanted = wanted;
    this.#claims = new OutputClaims(table, traces, wanted);
    this.#unchanged = new Uint8Array(table.size);
    this.#outdated = new Uint8Array(table.size);
    this.#plan = new Plan({
      size: table.size,
      deps: (i) => table.deps(i),
      weight: (i) => traces.at(i, table.node(i).id)?.result.wallMs || 1,
      wanted: (i) => wanted[i] === 1,
    });
    const { known, unknown } = this.#knownActions();
    observer.planned(known, unknown);
  }

  /** Templates are counted when they grow, by their instances. */
  #knownActions(): { known: number; unknown: number } {
    let known = 0;
    let unknown = 0;
    for (let i = 0; i < this.#wanted.length; i++) {
      if (this.#wanted[i] !== 1) continue;
      if (this.#input.table.node(i).decl.each) unknown++;
      else known++;
    }
    return { known, unknown };
  }

  async finish(): Promise<BuildOutcome> {
    const stop = (): void => {
      this.#stopping = true;
      this.#endIfIdle();
    };
    this.#signal.addEventListener('abort', stop, { once: true });
    const unlisten = this.#input.outdated?.((actions) => this.#outdate(actions));
    if (this.#signal.aborted) stop();
    if (!this.#plan.finished && !this.#stopping) {
      await new Promise<void>((resolve) => {
        this.#done = resolve;
        this.#pump();
      });
    }
    this.#signal.removeEventListener('abort', stop);
    unlisten?.();
    this.#evaluator.close();
    if (this.#bug) throw this.#bug.error;
    return {
      records: this.#allRecords(),
      wanted: this.#wanted,
      traces: this.#newTraces,
      interrupted: this.#signal.aborted,
    };
  }

  /** A template is no action of its own: it counts only where it could not be planned. */
  #allRecords(): ActionRecord[] {
    const records: ActionRecord[] = [];
    const size = this.#input.table.size;
    for (let i = 0; i < size + this.#grown.length; i++) {
      const record = this.#records.get(i);
      if (record) records.push(record);
      else if ((i >= size || this.#wanted[i] === 1) && !this.#instances.has(i))
        records.push(this.#leftOver(this.#node(i)));
    }
    return records;
  }

  #node(index: number): ActionNode {
    const { table } = this.#input;
    const node = index < table.size ? table.node(index) : this.#grown[index - table.size];
    if (!node) throw new Error(`no action ${index}`);
    return node;
  }

  #pump(): void {
    while (!this.#stopping && this.#queue.size + this.#queue.pending < this.#width) {
      const index = this.#plan.take();
      if (index === undefined) break;
      this.#start(index);
    }
    this.#endIfIdle();
  }

  /** Straight on, as a turn of the event loop costs as much as putting a file back; but interrupts and the screen get theirs. */
  #goOn(): void {
    if (performance.now() < this.#turnDue) this.#pump();
    else
      setImmediate(() => {
        this.#turnDue = performance.now() + TURN_MS;
        this.#pump();
      });
  }

  #endIfIdle(): void {
    const idle = this.#queue.size + this.#queue.pending === 0 && !this.#pools.busy;
    if (idle && (this.#stopping || this.#plan.finished)) this.#done();
  }

  #start(index: number): void {
    const node = this.#node(index);
    this.#pools.enter(node.decl.pool, (leave) => {
      void this.#queue.add(async () => {
        try {
          if (!this.#stopping) await this.#perform(node, index);
        } catch (error) {
          this.#trouble(node, index, error);
        } finally {
          leave();
        }
      });
    });
  }

  /** The system refused something (disk full, no permission): the action fails. Anything else is a bug and ends the build. */
  #trouble(node: ActionNode, index: number, error: unknown): void {
    const failure = storageFailure(error);
    if (failure) this.#settle(node, index, { record: failed(node, failure), trace: undefined });
    else {
      this.#bug ??= { error };
      this.#stopping = true;
    }
  }

  async #perform(node: ActionNode, index: number): Promise<void> {
    if (node.decl.each) return this.#growTemplate(node, index);
    if (this.#isOutdated(index)) {
      this.#settle(node, index, { record: failed(node, OUTDATED), trace: undefined });
      return;
    }
    const cancel = this.#cancelOf(index);
    const evaluation = await this.#evaluator.evaluate(
      node,
      index,
      this.#isSteady(index),
      this.#observer,
      cancel ? AbortSignal.any([this.#signal, cancel.signal]) : this.#signal,
    );
    this.#cancels.delete(index);
    this.#settle(node, index, evaluation);
  }

  /** Only where somebody may use it. */
  #cancelOf(index: number): AbortController | undefined {
    if (!this.#input.outdated) return undefined;
    const cancel = new AbortController();
    this.#cancels.set(index, cancel);
    return cancel;
  }

  /** Ends what runs in vain; the rest of the build goes on. */
  #outdate(actions: ReadonlySet<number>): void {
    for (const index of actions) this.#outdated[index] = 1;
    spread(this.#input.table, this.#outdated);
    for (const [index, cancel] of this.#cancels) if (this.#isOutdated(index)) cancel.abort();
  }

  /** An instance is so with its template. */
  #isOutdated(index: number): boolean {
    return this.#outdated[this.#templateOf.get(index) ?? index] === 1;
  }

  #settle(node: ActionNode, index: number, evaluation: Evaluation): void {
    const { record, trace } = evaluation;
    if (trace) this.#newTraces.set(node.id, trace);
    this.#record(index, record);
    this.#observer.finished(record);
    this.#endInstance(index);
    if (record.status === 'succeeded') {
      if (this.#cameOutSame(node, index, record)) this.#unchanged[index] = 1;
      this.#plan.succeed(index);
      return;
    }
    for (const skipped of this.#plan.fail(index)) this.#skip(skipped);
    if (!this.#input.options.keepGoing && !this.#isOutdated(index)) this.#stopping = true;
  }

  #isSteady(index: number): boolean {
    const { table, steady } = this.#input;
    return (
      index < table.size &&
      steady(index) &&
      table.deps(index).every((d) => this.#wanted[d] !== 1 || this.#unchanged[d] === 1)
    );
  }

  #cameOutSame(node: ActionNode, index: number, { outputs }: ActionRecord): boolean {
    if (index >= this.#input.table.size) return false;
    const before = this.#input.traces.at(index, node.id)?.result.outputs;
    return before?.length === outputs.length && outputs.every((output, i) => sameOutput(output, before[i]));
  }

  #skip(index: number): void {
    if (this.#records.has(index)) return;
    const record = notRun(this.#node(index), 'skipped');
    this.#record(index, record);
    this.#observer.finished(record);
  }

  #growTemplate(node: ActionNode, index: number): void {
    const over = this.#outputs.byPath.get(node.decl.each?.over ?? '');
    const instances =
      over?.kind === 'tree' ? instantiate(node.decl, over.content, this.#services.matches) : [];
    if (over?.kind === 'tree') this.#outputs.openTree(over);
    const clash = this.#claims.claim(
      node.id,
      instances.map((i) => i.decl),
    );
    if (clash) {
      this.#settle(node, index, { record: failed(node, clash), trace: undefined });
      return;
    }
    const indexes = this.#plan.grow(index, instances.length);
    indexes.forEach((at, i) => {
      const instance = instances[i];
      if (instance) this.#grown[at - this.#input.table.size] = instanceNode(node, instance.decl);
      this.#templateOf.set(at, index);
    });
    this.#instances.set(index, indexes);
    this.#openInstances.set(index, indexes.length);
    this.#newTraces.set(node.id, templateTrace(instances.map((i) => i.item)));
    this.#observer.planned(indexes.length, -1);
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
    const records = (this.#instances.get(template) ?? []).map((at) => this.#records.get(at));
    if (!records.every((r) => r?.status === 'succeeded')) return;
    const { id } = this.#node(template);
    this.#outputs.groups.set(
      id,
      records.flatMap((r) => r?.outputs ?? []),
    );
    const trace = this.#newTraces.get(id);
    if (trace) this.#newTraces.set(id, { ...trace, keys: records.map((r) => r?.key) });
  }

  #record(index: number, record: ActionRecord): void {
    this.#records.set(index, record);
  }

  #leftOver(node: ActionNode): ActionRecord {
    return notRun(node, this.#signal.aborted ? 'cancelled' : 'skipped');
  }
}

const TURN_MS = 8;
