import type { ActionNode } from '../graph/action-graph.ts';
import type { ActionFailure } from '../model/failure.ts';
import type { ActionRecord } from '../model/record.ts';
import { Plan } from '../plan/plan.ts';
import { ActionLanes } from './action-lanes.ts';
import { type Evaluation, failed, notRun } from './action-records.ts';
import type { BuildInput } from './build-input.ts';
import { BuildLedger } from './build-ledger.ts';
import type { BuildObserver } from './build-observer.ts';
import type { BuildOutcome } from './build-outcome.ts';
import { ActionEvaluator } from './evaluate.ts';
import { GrownTemplates } from './grown-templates.ts';
import { OutdatedActions } from './outdated-actions.ts';
import { OutputClaims } from './output-claims.ts';
import { OutputsSoFar } from './outputs-so-far.ts';
import { RunGate } from './run-gate.ts';
import type { EngineServices } from './services.ts';
import { inputAfter, joinedOutcome, observerAfter } from './start-over.ts';
import { storageFailure } from './storage-failure.ts';
import { instantiate, templateTrace } from './template.ts';
import { extentOf } from './untouched.ts';

/** The whole story: what may be dirty → ready ones, longest path first → look up, else run → release dependants. */
export async function build(
  input: BuildInput,
  services: EngineServices,
  observer: BuildObserver,
  signal: AbortSignal,
): Promise<BuildOutcome> {
  const run = new BuildRun(input, services, observer, signal);
  const outcome = await run.finish();
  if (!run.lost || signal.aborted) return outcome;
  const { leaves: _, ...whole } = services;
  const again = new BuildRun(inputAfter(input, outcome), whole, observerAfter(observer, outcome), signal);
  return joinedOutcome(outcome, await again.finish());
}

/** So many are made ready while others run, so that no processor waits for us when one of these ends. */
const AHEAD = 2;

const OUTDATED: ActionFailure = { kind: 'cancelled', blame: 'environment' };

class BuildRun {
  readonly #input: BuildInput;
  readonly #observer: BuildObserver;
  readonly #services: EngineServices;
  readonly #signal: AbortSignal;
  readonly #plan: Plan;
  readonly #claims: OutputClaims;
  readonly #lanes: ActionLanes;
  readonly #outputs = new OutputsSoFar();
  readonly #evaluator: ActionEvaluator;
  readonly #wanted: Uint8Array;
  readonly #grown: GrownTemplates;
  readonly #ledger: BuildLedger;
  readonly #outdated: OutdatedActions;
  #stopping = false;
  #bug: { readonly error: unknown } | undefined;
  #done: () => void = () => {};

  constructor(input: BuildInput, services: EngineServices, observer: BuildObserver, signal: AbortSignal) {
    this.#input = input;
    this.#observer = observer;
    this.#services = services;
    this.#signal = signal;
    const { jobs } = input.options;
    this.#lanes = new ActionLanes({
      width: Math.max(jobs + AHEAD, services.lookups ?? 0, services.runs ?? 0),
      pools: input.options.pools,
      take: () => this.#take(),
      node: (index) => this.#node(index),
      perform: (node, index) => this.#perform(node, index),
      trouble: (node, index, error) => this.#trouble(node, index, error),
      idle: () => this.#endIfOver(),
    });
    this.#evaluator = new ActionEvaluator(
      services,
      input.traces,
      input.options,
      this.#outputs,
      new RunGate(Math.max(jobs, services.runs ?? 0), () => this.#stopping),
    );
    const { table, traces } = input;
    const { wanted, border } = extentOf(table, traces, input.dirty);
    for (const { node, trace } of border) this.#outputs.adopt(node, trace, traces);
    this.#wanted = wanted;
    this.#claims = new OutputClaims(table, traces, wanted);
    this.#grown = new GrownTemplates(table.size);
    this.#ledger = new BuildLedger(input, wanted);
    this.#outdated = new OutdatedActions(table, (index) => this.#grown.templateOf(index));
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

  /** It cannot come to its end, because outputs that it left in a remote cache are gone. */
  get lost(): boolean {
    return this.#evaluator.lost;
  }

  async finish(): Promise<BuildOutcome> {
    const stop = (): void => {
      this.#stopping = true;
      this.#lanes.tellIfIdle();
    };
    this.#signal.addEventListener('abort', stop, { once: true });
    const unlisten = this.#input.outdated?.((actions) => this.#outdated.add(actions));
    if (this.#signal.aborted) stop();
    if (!this.#plan.finished && !this.#stopping) {
      this.#evaluator.putBack(this.#input);
      await new Promise<void>((resolve) => {
        this.#done = resolve;
        this.#lanes.pump();
      });
    }
    this.#signal.removeEventListener('abort', stop);
    unlisten?.();
    this.#evaluator.close();
    if (this.#bug) throw this.#bug.error;
    return {
      records: this.#allRecords(),
      wanted: this.#wanted,
      traces: this.#ledger.traces,
      interrupted: this.#signal.aborted,
    };
  }

  /** A template is no action of its own: it counts only where it could not be planned. */
  #allRecords(): ActionRecord[] {
    const records: ActionRecord[] = [];
    const size = this.#input.table.size;
    for (let i = 0; i < size + this.#grown.count; i++) {
      const record = this.#ledger.at(i);
      if (record) records.push(record);
      else if ((i >= size || this.#wanted[i] === 1) && !this.#grown.has(i))
        records.push(this.#leftOver(this.#node(i)));
    }
    return records;
  }

  #node(index: number): ActionNode {
    const { table } = this.#input;
    const node = index < table.size ? table.node(index) : this.#grown.node(index);
    if (!node) throw new Error(`no action ${index}`);
    return node;
  }

  /** What has to be looked at; on the way there, what was put back is passed by. */
  #take(): number | undefined {
    while (!this.#stopping) {
      const index = this.#plan.take();
      if (index === undefined || !this.#passes(index)) return index;
    }
    return undefined;
  }

  #passes(index: number): boolean {
    if (!this.#ledger.isSteady(index) || this.#outdated.has(index)) return false;
    const node = this.#node(index);
    const evaluation = this.#evaluator.passed(node, index);
    if (evaluation) this.#settle(node, index, evaluation);
    return evaluation !== undefined;
  }

  #endIfOver(): void {
    if (this.#stopping || this.#plan.finished) this.#done();
  }

  /** The system refused something (disk full, no permission): the action fails. Anything else is a bug and ends the build. */
  #trouble(node: ActionNode, index: number, error: unknown): void {
    const failure = storageFailure(error);
    if (failure) this.#fail(node, index, failure);
    else {
      this.#bug ??= { error };
      this.#stopping = true;
    }
  }

  async #perform(node: ActionNode, index: number): Promise<void> {
    if (this.#stopping) return;
    if (node.decl.each) return this.#growTemplate(node, index);
    if (this.#outdated.has(index)) return this.#fail(node, index, OUTDATED);
    // Only where somebody may use it.
    const signal = this.#input.outdated ? this.#outdated.ending(index, this.#signal) : this.#signal;
    const steady = this.#ledger.isSteady(index);
    const evaluation = await this.#evaluator.evaluate(node, index, steady, this.#observer, signal);
    this.#outdated.ended(index);
    this.#settle(node, index, evaluation);
  }

  #fail(node: ActionNode, index: number, failure: ActionFailure): void {
    this.#settle(node, index, { record: failed(node, failure), trace: undefined });
  }

  #settle(node: ActionNode, index: number, { record, trace }: Evaluation): void {
    if (this.lost) {
      this.#stopping = true;
      // Whether it failed of itself will be seen when all is there.
      if (record.status !== 'succeeded') return;
    }
    this.#ledger.enter(node, index, record, trace);
    this.#observer.finished(record);
    const closed = this.#grown.end(index);
    if (closed !== undefined) this.#closeGroup(closed);
    if (record.status === 'succeeded') {
      this.#plan.succeed(index);
      return;
    }
    for (const skipped of this.#plan.fail(index)) this.#skip(skipped);
    if (!this.#input.options.keepGoing && !this.#outdated.has(index)) this.#stopping = true;
  }

  #skip(index: number): void {
    if (this.#ledger.at(index)) return;
    const node = this.#node(index);
    const record = notRun(node, 'skipped');
    this.#ledger.enter(node, index, record, undefined);
    this.#observer.finished(record);
  }

  #growTemplate(node: ActionNode, index: number): void {
    const over = this.#outputs.byPath.get(node.decl.each?.over ?? '');
    const instances =
      over?.kind === 'tree' ? instantiate(node.decl, over.content, this.#services.matches) : [];
    if (over?.kind === 'tree') this.#outputs.openTree(over);
    const decls = instances.map((i) => i.decl);
    const clash = this.#claims.claim(node.id, decls);
    if (clash) {
      this.#fail(node, index, clash);
      return;
    }
    const indexes = this.#plan.grow(index, instances.length);
    this.#grown.add(node, index, indexes, decls);
    this.#ledger.traces.set(node.id, templateTrace(instances.map((i) => i.item)));
    this.#observer.planned(indexes.length, -1);
    if (indexes.length === 0) this.#closeGroup(index);
  }

  /** When the last instance has ended the template's group is complete; its dependants start only after this. */
  #closeGroup(index: number): void {
    const records = this.#grown.instancesOf(index).map((at) => this.#ledger.at(at));
    if (!records.every((r) => r?.status === 'succeeded')) return;
    const { id } = this.#node(index);
    this.#outputs.groups.set(
      id,
      records.flatMap((r) => r?.outputs ?? []),
    );
    const trace = this.#ledger.traces.get(id);
    if (trace) this.#ledger.traces.set(id, { ...trace, keys: records.map((r) => r?.key) });
  }

  #leftOver(node: ActionNode): ActionRecord {
    return notRun(node, this.#signal.aborted ? 'cancelled' : 'skipped');
  }
}
