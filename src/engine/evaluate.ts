import { type ActionKey, actionKey } from '../fingerprint/action-key.ts';
import { digestBytes } from '../fingerprint/digest-bytes.ts';
import type { ActionNode } from '../graph/action-graph.ts';
import type { ActionDecl } from '../model/action.ts';
import type { Digest } from '../model/digest.ts';
import type { ActionFailure } from '../model/failure.ts';
import type { ActionRecord, ActionSource } from '../model/record.ts';
import type { ActionResult, OutputResult } from '../model/result.ts';
import type { BuildObserver } from './build-observer.ts';
import { outputsInPlace } from './outputs-in-place.ts';
import { OutputPlacer } from './place-outputs.ts';
import { type ResolvedInputs, resolveAction } from './resolve-action.ts';
import { type RunOutcome, runAction } from './run-action.ts';
import type { EngineServices, ToolUse } from './services.ts';
import { instanceId, instantiateOne } from './template.ts';
import type { ActionTrace } from './trace.ts';

export interface Evaluation {
  readonly record: ActionRecord;
  readonly trace: ActionTrace | undefined;
}

export interface EvaluateOptions {
  readonly force: boolean;
  readonly keepSandbox: boolean;
  readonly verifyDeterminism: boolean;
}

/** How often an action starts again because a file it reads was edited meanwhile. */
const INPUT_CHANGE_ATTEMPTS = 3;
const BACKOFF_MS = 200;

/** Must an action run? Up to date by the journal, else in a cache, else run. */
export class ActionEvaluator {
  readonly outputs = { byPath: new Map<string, OutputResult>(), groups: new Map<string, readonly OutputResult[]>() };
  readonly #services: EngineServices;
  readonly #traces: ReadonlyMap<string, ActionTrace>;
  readonly #options: EvaluateOptions;
  readonly #placer: OutputPlacer;
  readonly #claimed = new Set<string>();

  constructor(services: EngineServices, traces: ReadonlyMap<string, ActionTrace>, options: EvaluateOptions) {
    this.#services = services;
    this.#traces = traces;
    this.#options = options;
    this.#placer = new OutputPlacer(services.root, services.facts);
  }

  async evaluate(node: ActionNode, observer: BuildObserver, signal: AbortSignal): Promise<Evaluation> {
    for (let attempt = 1; ; attempt++) {
      const evaluation = await this.#evaluateOnce(node, observer, signal);
      const moved = evaluation.record.failure?.kind === 'input-changed';
      if (!moved || attempt >= INPUT_CHANGE_ATTEMPTS || signal.aborted) return evaluation;
      observer.retried(node.id, attempt + 1, 'an input changed while it ran');
    }
  }

  /** An action of which nothing has changed since the journal was written. */
  adopt(node: ActionNode, trace: ActionTrace): ActionRecord {
    return this.#succeeded(node, trace.key, trace.result, 'journal', 0).record;
  }

  /** Undefined: some instance is not known to the journal. */
  adoptTemplate(node: ActionNode, trace: ActionTrace, traces: ReadonlyMap<string, ActionTrace>): { instance: ActionNode; record: ActionRecord }[] | undefined {
    const over = node.decl.each?.over ?? '';
    const adopted: { instance: ActionNode; record: ActionRecord }[] = [];
    for (const item of trace.items ?? []) {
      const known = traces.get(`${labelOf(node)}%${instanceId(node.decl.id, item)}`);
      if (!known) return undefined;
      const instance = this.instanceNode(node, instantiateOne(node.decl, over, item));
      adopted.push({ instance, record: this.adopt(instance, known) });
    }
    return adopted;
  }

  instanceNode(template: ActionNode, decl: ActionDecl): ActionNode {
    return { id: `${labelOf(template)}%${decl.id}`, target: template.target, decl, deps: template.deps };
  }

  /** Instances read single files of the directory. */
  openTree(tree: OutputResult & { kind: 'tree' }): void {
    for (const file of tree.content.files) {
      const path = `${tree.path}/${file.path}`;
      this.outputs.byPath.set(path, { kind: 'file', path, digest: file.digest, executable: file.executable });
    }
  }

  /** Outputs of instances get their names late; here they are held against each other and against what is there. */
  claim(decls: readonly ActionDecl[]): ActionFailure | undefined {
    for (const output of decls.flatMap((d) => d.outputs)) {
      if (this.#claimed.has(output.path) || this.outputs.byPath.has(output.path)) {
        return { kind: 'bad-output', blame: 'input', path: output.path, problem: 'is made by two actions of a template' };
      }
      if (output.path.split('/').some((part) => part === '' || part === '.' || part === '..')) {
        return { kind: 'bad-output', blame: 'input', path: output.path, problem: 'is not a clean relative path' };
      }
      this.#claimed.add(output.path);
    }
    return undefined;
  }

  setGroup(template: string, outputs: readonly OutputResult[]): void {
    this.outputs.groups.set(template, outputs);
  }

  templateTrace(items: readonly string[]): ActionTrace {
    return { key: NO_KEY, result: { outputs: [], isolation: 2 }, items };
  }

  failed(node: ActionNode, failure: ActionFailure): ActionRecord {
    return { ...this.#base(node), status: failure.kind === 'cancelled' ? 'cancelled' : 'failed', failure, attempts: 0 };
  }

  notRun(node: ActionNode, status: 'skipped' | 'cancelled'): ActionRecord {
    return { ...this.#base(node), status, attempts: 0 };
  }

  async #evaluateOnce(node: ActionNode, observer: BuildObserver, signal: AbortSignal): Promise<Evaluation> {
    const resolution = resolveAction(this.#services.root, node.decl, this.#services.facts, this.outputs);
    if (!resolution.ok) return { record: this.failed(node, resolution.failure), trace: undefined };
    const tools = this.#tools(node.decl);
    if ('kind' in tools) return { record: this.failed(node, tools), trace: undefined };
    const doNotCache = node.decl.network && !allPinned(node.decl);
    const key = this.#key(node.decl, resolution.value, tools, doNotCache);
    const known = this.#options.force || this.#options.verifyDeterminism ? undefined : await this.#find(node, key, doNotCache);
    return known ?? this.#run(node, key, resolution.value, tools, doNotCache, observer, signal);
  }

  #key(decl: ActionDecl, resolved: ResolvedInputs, tools: readonly ToolUse[], doNotCache: boolean): ActionKey {
    return actionKey({
      argv: resolved.argv,
      env: resolved.env,
      inputs: resolved.inputs,
      outputs: decl.outputs,
      ...(decl.timeoutMs === undefined ? {} : { timeoutMs: decl.timeoutMs }),
      network: decl.network,
      doNotCache,
      ...(decl.platform === undefined ? {} : { platform: decl.platform }),
      base: this.#services.host.base,
      tools: tools.map((tool) => tool.identity),
    });
  }

  /** By the journal, from the journal's own knowledge of the blobs, or from a cache. */
  async #find(node: ActionNode, { key }: ActionKey, doNotCache: boolean): Promise<Evaluation | undefined> {
    const { facts, isolation } = this.#services;
    const trace = this.#traces.get(node.id);
    const good = trace?.key === key && trace.result.isolation >= isolation ? trace.result : undefined;
    if (good?.outputs.every((output) => outputsInPlace(this.#services.root, output, facts))) {
      return this.#succeeded(node, key, good, 'journal', 0);
    }
    if (doNotCache) return undefined;
    if (good && (await this.#restore(good))) return this.#succeeded(node, key, good, 'local', 0);
    const found = await this.#services.results.lookup(key);
    if (!found || found.result.isolation < isolation || !matchesDecl(found.result, node.decl)) return undefined;
    if (!(await this.#restore(found.result))) return undefined;
    await this.#keepLogs(found.result);
    return this.#succeeded(node, key, found.result, found.source, 0);
  }

  async #restore(result: ActionResult): Promise<boolean> {
    for (const output of result.outputs) {
      if (outputsInPlace(this.#services.root, output, this.#services.facts)) continue;
      if (!(await this.#placer.placeBlobs(output, this.#services.blobs))) return false;
    }
    return true;
  }

  async #keepLogs(result: ActionResult): Promise<void> {
    for (const digest of [result.stdout, result.stderr]) {
      const bytes = digest && (await this.#services.blobs.get(digest));
      if (digest && bytes) this.#services.logs.keep(digest, bytes);
    }
  }

  async #run(node: ActionNode, key: ActionKey, resolved: ResolvedInputs, tools: readonly ToolUse[], doNotCache: boolean, observer: BuildObserver, signal: AbortSignal): Promise<Evaluation> {
    observer.started(node.id, node.decl.mnemonic, node.decl.description ?? node.decl.outputs.map((o) => o.path).join(' '));
    const startedMs = this.#services.now();
    const request = {
      id: node.id,
      decl: node.decl,
      resolved,
      tools: tools.map((tool) => tool.staged),
      keepSandbox: this.#options.keepSandbox,
      verifyDeterminism: this.#options.verifyDeterminism,
    };
    let attempts = 0;
    let outcome: RunOutcome;
    for (;;) {
      attempts++;
      outcome = await runAction(request, this.#services, this.#placer, signal);
      if (outcome.ok || !isRetryable(outcome.failure) || attempts > node.decl.retries || signal.aborted) break;
      observer.retried(node.id, attempts + 1, describeRetry(outcome.failure));
      await pause(BACKOFF_MS * 2 ** (attempts - 1), signal);
    }
    if (!outcome.ok) return { record: this.#failedRun(node, key, outcome, outcome.failure, attempts, startedMs), trace: undefined };
    if (outcome.stored && !doNotCache) await this.#storeResult(key, outcome.result);
    const { record, trace } = this.#succeeded(node, key.key, outcome.result, 'executed', attempts);
    return { record: { ...record, startedMs, wallMs: outcome.wallMs, undeclared: outcome.undeclared }, trace };
  }

  async #storeResult(key: ActionKey, result: ActionResult): Promise<void> {
    try {
      await this.#services.results.store(key.key, result);
    } catch (error) {
      this.#services.cacheTrouble(error);
    }
  }

  #failedRun(node: ActionNode, key: ActionKey, outcome: RunOutcome, failure: ActionFailure, attempts: number, startedMs: number): ActionRecord {
    // An old output beside a failed action would be taken for its result.
    for (const output of node.decl.outputs) this.#placer.remove(output.path);
    const { undeclared, wallMs, log, kept } = outcome;
    const base = { ...this.failed(node, failure), key: key.key, attempts, startedMs, wallMs, undeclared, ...(kept ? { kept } : {}) };
    return log ? { ...base, log, ...this.#keepStreams(log) } : base;
  }

  #keepStreams(log: { readonly stdout: Uint8Array; readonly stderr: Uint8Array }): { stdout?: Digest; stderr?: Digest } {
    const keep = (bytes: Uint8Array): Digest | undefined => {
      if (bytes.length === 0) return undefined;
      const digest = digestBytes(bytes);
      this.#services.logs.keep(digest, bytes);
      return digest;
    };
    const stdout = keep(log.stdout);
    const stderr = keep(log.stderr);
    return { ...(stdout ? { stdout } : {}), ...(stderr ? { stderr } : {}) };
  }

  #succeeded(node: ActionNode, key: ActionKey['key'], result: ActionResult, source: ActionSource, attempts: number): Evaluation {
    for (const output of result.outputs) this.outputs.byPath.set(output.path, output);
    const { stdout, stderr } = result;
    const record: ActionRecord = {
      ...this.#base(node),
      status: 'succeeded',
      source,
      key,
      outputs: result.outputs,
      attempts,
      ...(stdout ? { stdout } : {}),
      ...(stderr ? { stderr } : {}),
    };
    return { record, trace: { key, result } };
  }

  #base(node: ActionNode): Pick<ActionRecord, 'id' | 'target' | 'mnemonic' | 'outputs'> {
    return { id: node.id, target: node.target, mnemonic: node.decl.mnemonic, outputs: [] };
  }

  #tools(decl: ActionDecl): ToolUse[] | ActionFailure {
    const uses: ToolUse[] = [];
    for (const name of decl.tools) {
      const use = this.#services.host.tool(name);
      if ('kind' in use) return use;
      uses.push(use);
    }
    return uses;
  }
}

const NO_KEY = ''.padStart(64, '0') as ActionKey['key'];

const labelOf = (node: ActionNode): string => node.id.slice(0, node.id.indexOf('%'));

const allPinned = (decl: ActionDecl): boolean => decl.outputs.length > 0 && decl.outputs.every((o) => decl.pinned?.[o.path] !== undefined);

/** A well-formed result of another action must not be taken for this one's. */
function matchesDecl(result: ActionResult, decl: ActionDecl): boolean {
  return (
    result.outputs.length === decl.outputs.length &&
    decl.outputs.every((d) => result.outputs.some((o) => o.path === d.path && (o.kind === 'tree') === d.tree))
  );
}

const RETRYABLE: ReadonlySet<ActionFailure['kind']> = new Set(['exit', 'signal', 'timeout', 'missing-output', 'sandbox']);

const isRetryable = (failure: ActionFailure): boolean => RETRYABLE.has(failure.kind);

const describeRetry = (failure: ActionFailure): string => (failure.kind === 'exit' ? `exit code ${failure.exitCode}` : failure.kind);

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
