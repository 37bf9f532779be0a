import type { ActionKey } from '../fingerprint/action-key.ts';
import type { ActionNode } from '../graph/action-graph.ts';
import type { ActionFailure } from '../model/failure.ts';
import type { ActionRecord } from '../model/record.ts';
import type { ActionResult } from '../model/result.ts';
import { type Evaluation, failed, succeeded } from './action-records.ts';
import type { BuildObserver } from './build-observer.ts';
import type { LeftOutputs } from './left-outputs.ts';
import { homeOf } from './output-place.ts';
import type { OutputPlacer } from './place-outputs.ts';
import type { PreparedAction } from './prepare-action.ts';
import { remoteForm } from './remote-form.ts';
import { type RunOutcome, runAction } from './run-action.ts';
import type { EngineServices } from './services.ts';

export interface RunOptions {
  readonly force: boolean;
  readonly keepSandbox: boolean;
  readonly verifyDeterminism: boolean;
}

interface Attempts {
  readonly outcome: RunOutcome;
  readonly attempts: number;
  readonly startedMs: number;
}

const BACKOFF_MS = 200;

/** Runs what has to run, as often as its retries allow, and keeps what came out. */
export class ActionRunner {
  readonly #services: EngineServices;
  readonly #placer: OutputPlacer;
  readonly #left: LeftOutputs;
  readonly #options: RunOptions;

  constructor(services: EngineServices, placer: OutputPlacer, left: LeftOutputs, options: RunOptions) {
    this.#services = services;
    this.#placer = placer;
    this.#left = left;
    this.#options = options;
  }

  async run(
    node: ActionNode,
    prepared: PreparedAction,
    observer: BuildObserver,
    signal: AbortSignal,
    /** Told when its process has ended well. */
    processOver: () => void,
  ): Promise<Evaluation> {
    const { id, decl } = node;
    const { key, action } = prepared;
    observer.started(id, decl.mnemonic, decl.description ?? decl.outputs.map((o) => o.path).join(' '));
    const { outcome, attempts, startedMs } = await this.#attempt(
      node,
      prepared,
      observer,
      signal,
      processOver,
    );
    if (!outcome.ok)
      return {
        record: this.#failedRun(node, key, outcome, outcome.failure, attempts, startedMs),
        trace: undefined,
      };
    if (outcome.stored && !action.doNotCache) await this.#storeResult(node, key, outcome.result);
    const { record, trace } = succeeded(node, key.key, outcome.result, outcome.source, attempts);
    const { wallMs, undeclared, log } = outcome;
    return { record: { ...record, startedMs, wallMs, undeclared, ...(log ? { log } : {}) }, trace };
  }

  async #attempt(
    { id, decl }: ActionNode,
    prepared: PreparedAction,
    observer: BuildObserver,
    signal: AbortSignal,
    processOver: () => void,
  ): Promise<Attempts> {
    const startedMs = this.#services.now();
    const { keepSandbox, verifyDeterminism, force } = this.#options;
    const { resolved, tools } = prepared;
    const mayStay = this.#services.leaves?.(id) === true;
    // Whether it is deterministic is found out here, where both runs are under one roof.
    const remote = verifyDeterminism ? undefined : remoteForm(id, decl, prepared, { fresh: force, mayStay });
    const bring = (): Promise<string | undefined> => this.#left.bring(decl);
    const said = (line: string): void => observer.said?.(id, line);
    const how = { keepSandbox, verifyDeterminism, bring, said, ...(remote && { remote }) };
    const request = { id, decl, resolved, tools, ...how };
    for (let attempts = 1; ; attempts++) {
      const outcome = await runAction(request, this.#services, this.#placer, signal, processOver);
      if (outcome.ok || !isRetryable(outcome.failure) || attempts > decl.retries || signal.aborted)
        return { outcome, attempts, startedMs };
      observer.retried(id, attempts + 1, describeRetry(outcome.failure));
      await pause(BACKOFF_MS * 2 ** (attempts - 1), signal);
    }
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
    { key }: ActionKey,
    { undeclared, wallMs, log, withheld, streams, kept }: RunOutcome,
    failure: ActionFailure,
    attempts: number,
    startedMs: number,
  ): ActionRecord {
    // An old output beside a failed action would be taken for its result.
    for (const output of node.decl.outputs) this.#placer.remove({ ...output, ...homeOf(node.decl) });
    const base = { ...failed(node, failure), key, attempts, startedMs, wallMs, undeclared };
    return {
      ...base,
      ...(kept ? { kept } : {}),
      ...(log ? { log, ...streams } : {}),
      ...(withheld ? { withheld } : {}),
    };
  }
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
