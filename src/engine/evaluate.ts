import type { ActionKey } from '../fingerprint/action-key.ts';
import { describeKey } from '../fingerprint/describe-key.ts';
import { sha256 } from '../fingerprint/digest-bytes.ts';
import { firstDifference } from '../fingerprint/first-difference.ts';
import { type ActionNode, actionId } from '../graph/action-graph.ts';
import type { ActionDecl } from '../model/action.ts';
import type { ActionFailure } from '../model/failure.ts';
import type { ActionRecord, ActionSource } from '../model/record.ts';
import type { ActionResult, OutputResult } from '../model/result.ts';
import type { BuildObserver } from './build-observer.ts';
import { isolationAsked } from './isolation-asked.ts';
import { outputsInPlace, outputThere } from './outputs-in-place.ts';
import { OutputPlacer } from './place-outputs.ts';
import { type PreparedAction, prepareAction } from './prepare-action.ts';
import { type RunOutcome, runAction } from './run-action.ts';
import type { RunGate } from './run-gate.ts';
import type { EngineServices } from './services.ts';
import type { ActionTrace, TraceSource } from './trace.ts';

export interface Evaluation {
  readonly record: ActionRecord;
  readonly trace: ActionTrace | undefined;
}

export interface EvaluateOptions {
  readonly force: boolean;
  readonly keepSandbox: boolean;
  readonly verifyDeterminism: boolean;
  /** Say what made an action run. */
  readonly explain: boolean;
}

/** How often an action starts again because a file it reads was edited meanwhile. */
const INPUT_CHANGE_ATTEMPTS = 3;
const BACKOFF_MS = 200;

/** Must an action run? Up to date by the journal, else in a cache, else run. */
export class ActionEvaluator {
  readonly outputs = {
    byPath: new Map<string, OutputResult>(),
    groups: new Map<string, readonly OutputResult[]>(),
  };
  readonly #services: EngineServices;
  readonly #traces: TraceSource;
  readonly #options: EvaluateOptions;
  readonly #placer: OutputPlacer;
  readonly #gate: RunGate;

  constructor(services: EngineServices, traces: TraceSource, options: EvaluateOptions, gate: RunGate) {
    this.#services = services;
    this.#traces = traces;
    this.#options = options;
    this.#gate = gate;
    this.#placer = new OutputPlacer(services.root, services.facts);
  }

  /** `index`: its place in the graph. `steady`: nothing that it reads differs from what its trace was made of. */
  async evaluate(
    node: ActionNode,
    index: number,
    steady: boolean,
    observer: BuildObserver,
    signal: AbortSignal,
  ): Promise<Evaluation> {
    const same = steady && !this.#fresh ? await this.#findSteady(node, index) : undefined;
    if (same) return same;
    for (let attempt = 1; ; attempt++) {
      const evaluation = await this.#evaluateOnce(node, index, observer, signal);
      const moved = evaluation.record.failure?.kind === 'input-changed';
      if (!moved || attempt >= INPUT_CHANGE_ATTEMPTS || signal.aborted) return evaluation;
      observer.retried(node.id, attempt + 1, 'an input changed while it ran');
      await this.#mendInputs(node.decl);
    }
  }

  close(): void {
    this.#placer.close();
  }

  /** Outputs that it reads and that were edited or deleted meanwhile are put back; sources are taken as they are now. */
  async #mendInputs({ inputs }: ActionDecl): Promise<void> {
    for (const input of inputs) {
      const known = input.kind === 'output' ? [this.outputs.byPath.get(input.path)] : [];
      const group =
        input.kind === 'group' ? this.outputs.groups.get(actionId(input.owner, input.template)) : [];
      for (const output of [...known, ...(group ?? [])]) {
        if (!output || output.home !== undefined) continue;
        if (!outputsInPlace(this.#services.root, output, this.#services.facts))
          await this.#placer.placeBlobs(output, this.#services.blobs);
      }
    }
  }

  /** What nothing has changed of since the journal was written: its outputs are there to be read. */
  adopt(node: ActionNode, trace: ActionTrace): void {
    if (!node.decl.each) {
      this.#learn(trace.result);
      return;
    }
    const instances = (trace.items ?? []).flatMap((item) => this.#traces.byId(`${node.id}[${item}]`) ?? []);
    for (const instance of instances) this.#learn(instance.result);
    this.setGroup(
      node.id,
      instances.flatMap((instance) => instance.result.outputs),
    );
  }

  #learn(result: ActionResult): void {
    for (const output of result.outputs) this.outputs.byPath.set(output.path, output);
  }

  instanceNode(template: ActionNode, decl: ActionDecl): ActionNode {
    return { id: `${labelOf(template)}%${decl.id}`, target: template.target, decl, deps: template.deps };
  }

  /** Instances read single files of the directory. */
  openTree(tree: OutputResult & { kind: 'tree' }): void {
    for (const file of tree.content.files) {
      const path = `${tree.path}/${file.path}`;
      const { digest, executable } = file;
      this.outputs.byPath.set(path, { ...homeOf(tree), kind: 'file', path, digest, executable });
    }
  }

  setGroup(template: string, outputs: readonly OutputResult[]): void {
    this.outputs.groups.set(template, outputs);
  }

  templateTrace(items: readonly string[]): ActionTrace {
    return { key: NO_KEY, result: { outputs: [], isolation: 2 }, items };
  }

  failed(node: ActionNode, failure: ActionFailure): ActionRecord {
    return {
      ...this.#base(node),
      status: failure.kind === 'cancelled' ? 'cancelled' : 'failed',
      failure,
      attempts: 0,
    };
  }

  notRun(node: ActionNode, status: 'skipped' | 'cancelled'): ActionRecord {
    return { ...this.#base(node), status, attempts: 0 };
  }

  async #evaluateOnce(
    node: ActionNode,
    index: number,
    observer: BuildObserver,
    signal: AbortSignal,
  ): Promise<Evaluation> {
    const { now, timeline } = this.#services;
    const from = now();
    const prepared = prepareAction(node.decl, this.#services, this.outputs);
    timeline?.(node.id, 'hash', from, now());
    if ('failure' in prepared) return { record: this.failed(node, prepared.failure), trace: undefined };
    const sought = now();
    const known = this.#fresh
      ? undefined
      : ((await this.#find(node, index, prepared)) ?? this.#failedBefore(node, prepared));
    timeline?.(node.id, this.#whereSought(known), sought, now());
    const evaluation =
      known ??
      (await this.#gate.pass(() => this.#run(node, prepared, observer, signal))) ??
      this.#tooLate(node, signal);
    const { key } = prepared.key;
    if (evaluation.record.status !== 'succeeded' || this.#traceOf(node, index)?.key === key)
      return evaluation;
    const why = this.#options.explain ? this.#why(node, prepared) : undefined;
    this.#services.keys.note(node.id, key, prepared.action);
    return why ? { ...evaluation, record: { ...evaluation.record, why } } : evaluation;
  }

  /** What hangs on more than its key may do better this time. */
  #failedBefore(
    node: ActionNode,
    { key: { key }, action: { doNotCache } }: PreparedAction,
  ): Evaluation | undefined {
    const { network, local } = node.decl;
    const before = this.#services.failures?.get(node.id);
    if (before?.failure?.kind !== 'exit' || before.key !== key) return undefined;
    if (doNotCache || network || local !== undefined) return undefined;
    const { failure, log, stdout, stderr } = before;
    const streams = { ...(stdout ? { stdout } : {}), ...(stderr ? { stderr } : {}) };
    return {
      record: { ...this.failed(node, failure), key, ...(log ? { log } : {}), ...streams },
      trace: undefined,
    };
  }

  #tooLate(node: ActionNode, { aborted }: AbortSignal): Evaluation {
    return { record: this.notRun(node, aborted ? 'cancelled' : 'skipped'), trace: undefined };
  }

  /** Behind the local cache the remote one is asked: what is found there or nowhere took its time. */
  #whereSought(found: Evaluation | undefined): 'cache' | 'remote' {
    const { source } = found?.record ?? {};
    return this.#services.lookups === undefined || source === 'local' || source === 'journal'
      ? 'cache'
      : 'remote';
  }

  get #fresh(): boolean {
    return this.#options.force || this.#options.verifyDeterminism;
  }

  /** Only its outputs can have suffered: no key needs to be made to know it. */
  async #findSteady(node: ActionNode, index: number): Promise<Evaluation | undefined> {
    const trace = this.#traceOf(node, index);
    if (!trace || trace.result.isolation < isolationAsked(node.decl, this.#services)) return undefined;
    const other = this.#otherInPlace(node, trace.key, trace.result);
    if (other) return this.#succeeded(node, trace.key, other, 'journal', 0);
    const found = await this.#findByTrace(
      node,
      trace.key,
      trace.result,
      node.decl.network || node.decl.local !== undefined || node.decl.home !== undefined,
    );
    return found && { record: { ...found.record, same: true }, trace: undefined };
  }

  /** Another request may have made the same action since: what it left is newer than what this one knows. */
  #otherInPlace(
    node: ActionNode,
    key: ActionKey['key'],
    mine: ActionResult | undefined,
  ): ActionResult | undefined {
    const { root, facts } = this.#services;
    const isolation = isolationAsked(node.decl, this.#services);
    if (mine?.outputs.every((output) => !outputThere(root, output) || outputsInPlace(root, output, facts)))
      return undefined;
    const other = this.#traces.byId(node.id);
    if (other?.key !== key || other.result.isolation < isolation || other.result === mine) return undefined;
    return other.result.outputs.every((output) => outputsInPlace(root, output, facts))
      ? other.result
      : undefined;
  }

  async #findByTrace(
    node: ActionNode,
    key: ActionKey['key'],
    result: ActionResult,
    inPlaceOnly: boolean,
  ): Promise<Evaluation | undefined> {
    const { root, facts } = this.#services;
    const wrong = result.outputs.filter((output) => !outputsInPlace(root, output, facts));
    if (wrong.length === 0) return this.#succeeded(node, key, result, 'journal', 0);
    if (inPlaceOnly || !(await this.#restore(wrong))) return undefined;
    return this.#succeeded(node, key, result, 'local', 0);
  }

  /** What differs from the last success. */
  #why(node: ActionNode, { action }: PreparedAction): ActionRecord['why'] {
    const before = this.#services.keys.get(node.id);
    return before && firstDifference(describeKey(before.action), describeKey(action));
  }

  #traceOf(node: ActionNode, index: number): ActionTrace | undefined {
    return this.#traces.at(index, node.id) ?? this.#traces.byId(node.id);
  }

  /** By the journal, from the journal's own knowledge of the blobs, or from a cache. */
  async #find(
    node: ActionNode,
    index: number,
    { key: full, action: { doNotCache } }: PreparedAction,
  ): Promise<Evaluation | undefined> {
    const { key } = full;
    const isolation = isolationAsked(node.decl, this.#services);
    const trace = this.#traceOf(node, index);
    const good = trace?.key === key && trace.result.isolation >= isolation ? trace.result : undefined;
    const inPlaceOnly = doNotCache || node.decl.home !== undefined;
    // What can be cached is found there, if another request has made it; the journal need not be read for that.
    const other = good || inPlaceOnly ? this.#otherInPlace(node, key, good) : undefined;
    if (other) return this.#succeeded(node, key, other, 'journal', 0);
    const known = good && (await this.#findByTrace(node, key, good, inPlaceOnly));
    if (known || inPlaceOnly) return known;
    const found = await this.#services.results.lookup(full, 'content');
    if (!found || found.result.isolation < isolation || !matchesDecl(found.result, node.decl))
      return undefined;
    const { root, facts } = this.#services;
    const wrong = found.result.outputs.filter((output) => !outputsInPlace(root, output, facts));
    if (!(await this.#restore(wrong))) return undefined;
    await this.#keepLogs(found.result);
    return this.#succeeded(node, key, found.result, found.source, 0);
  }

  async #restore(outputs: readonly OutputResult[]): Promise<boolean> {
    for (const output of outputs)
      if (!(await this.#placer.placeBlobs(output, this.#services.blobs))) return false;
    return true;
  }

  async #keepLogs(result: ActionResult): Promise<void> {
    for (const digest of [result.stdout, result.stderr]) {
      if (digest) await this.#services.logs.keepBlob(digest, this.#services.blobs);
    }
  }

  async #run(
    node: ActionNode,
    { key, resolved, tools, action: { doNotCache } }: PreparedAction,
    observer: BuildObserver,
    signal: AbortSignal,
  ): Promise<Evaluation> {
    observer.started(
      node.id,
      node.decl.mnemonic,
      node.decl.description ?? node.decl.outputs.map((o) => o.path).join(' '),
    );
    const startedMs = this.#services.now();
    const request = {
      id: node.id,
      decl: node.decl,
      resolved,
      tools,
      keepSandbox: this.#options.keepSandbox,
      verifyDeterminism: this.#options.verifyDeterminism,
    };
    let attempts = 0;
    let outcome: RunOutcome;
    for (;;) {
      attempts++;
      outcome = await runAction(request, this.#services, this.#placer, signal);
      if (outcome.ok || !isRetryable(outcome.failure) || attempts > node.decl.retries || signal.aborted)
        break;
      observer.retried(node.id, attempts + 1, describeRetry(outcome.failure));
      await pause(BACKOFF_MS * 2 ** (attempts - 1), signal);
    }
    if (!outcome.ok)
      return {
        record: this.#failedRun(node, key, outcome, outcome.failure, attempts, startedMs),
        trace: undefined,
      };
    if (outcome.stored && !doNotCache) await this.#storeResult(node, key, outcome.result);
    const { record, trace } = this.#succeeded(node, key.key, outcome.result, 'executed', attempts);
    return {
      record: { ...record, startedMs, wallMs: outcome.wallMs, undeclared: outcome.undeclared },
      trace,
    };
  }

  async #storeResult(node: ActionNode, key: ActionKey, result: ActionResult): Promise<void> {
    const { now, results, timeline } = this.#services;
    const from = now();
    try {
      await results.store(key, result);
      timeline?.(node.id, 'cache', from, now());
    } catch (error) {
      this.#services.cacheTrouble(error);
    }
  }

  #failedRun(
    node: ActionNode,
    key: ActionKey,
    outcome: RunOutcome,
    failure: ActionFailure,
    attempts: number,
    startedMs: number,
  ): ActionRecord {
    // An old output beside a failed action would be taken for its result.
    for (const output of node.decl.outputs) this.#placer.remove({ ...output, ...homeOf(node.decl) });
    const { undeclared, wallMs, log, streams, kept } = outcome;
    const base = {
      ...this.failed(node, failure),
      key: key.key,
      attempts,
      startedMs,
      wallMs,
      undeclared,
      ...(kept ? { kept } : {}),
    };
    if (!log) return base;
    return { ...base, log, ...streams };
  }

  #succeeded(
    node: ActionNode,
    key: ActionKey['key'],
    result: ActionResult,
    source: ActionSource,
    attempts: number,
  ): Evaluation {
    this.#learn(result);
    const { stdout, stderr, maker } = result;
    const record: ActionRecord = {
      ...this.#base(node),
      status: 'succeeded',
      source,
      key,
      outputs: result.outputs,
      attempts,
      ...(stdout ? { stdout } : {}),
      ...(stderr ? { stderr } : {}),
      ...(maker !== undefined && isHit(source) ? { maker } : {}),
    };
    return { record, trace: { key, result } };
  }

  #base({
    id,
    target,
    decl,
  }: ActionNode): Pick<ActionRecord, 'id' | 'target' | 'mnemonic' | 'outputs' | 'local'> {
    const { mnemonic, local } = decl;
    return { id, target, mnemonic, outputs: [], ...(local === undefined ? {} : { local }) };
  }
}

const homeOf = ({ home }: Pick<ActionDecl, 'home'>): { readonly home?: string } =>
  home === undefined ? {} : { home };

/** A template has no key of its own: its instances have theirs. */
const NO_KEY = sha256('');

const isHit = (source: ActionSource): boolean => source === 'local' || source === 'remote';

const labelOf = (node: ActionNode): string => node.id.slice(0, node.id.indexOf('%'));

/** A well-formed result of another action must not be taken for this one's. */
export function matchesDecl(result: ActionResult, decl: ActionDecl): boolean {
  return (
    result.outputs.length === decl.outputs.length &&
    decl.outputs.every((d) => result.outputs.some((o) => o.path === d.path && (o.kind === 'tree') === d.tree))
  );
}

const RETRYABLE: ReadonlySet<ActionFailure['kind']> = new Set([
  'exit',
  'signal',
  'timeout',
  'missing-output',
  'sandbox',
]);

const isRetryable = (failure: ActionFailure): boolean => RETRYABLE.has(failure.kind);

const describeRetry = (failure: ActionFailure): string =>
  failure.kind === 'exit' ? `exit code ${failure.exitCode}` : failure.kind;

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(finish, ms);
    signal.addEventListener('abort', finish, { once: true });
    function finish(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    }
  });
}
