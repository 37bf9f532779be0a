import type { Digest } from '../../model/digest.ts';
import type {
  ExecutionEnd,
  ExecutionOutcome,
  ExecutionRequest,
  RemoteForm,
  WireAction,
} from '../../ports/executor.ts';
import { isStorageFailure } from '../../ports/storage-failure.ts';
import { aboutAction } from '../call-about.ts';
import { isRemoteFault, RemoteFault } from '../fault.ts';
import { type Collected, type Collector, collectResult, streamFiles } from './collect-result.ts';
import { executeAction } from './execute-action.ts';
import type { ExecutionCalls } from './execution-calls.ts';
import type { InputUploads } from './input-uploads.ts';
import { LiveLog, type Printed } from './live-log.ts';
import type { QueuePatience } from './queue-patience.ts';

/** An outcome, or why this action cannot be had there. */
export type RemoteOutcome =
  | { readonly kind: 'outcome'; readonly outcome: ExecutionOutcome }
  /** `printed`: as far as it came. */
  | { readonly kind: 'not-there'; readonly why: RemoteFault; readonly printed?: Printed };

export interface RemoteExecutorOptions {
  readonly calls: ExecutionCalls;
  readonly uploads: InputUploads;
  readonly collector: Collector;
  /** What it makes can be had from the remote cache too. */
  readonly sharesBlobs: boolean;
  /** False: nothing but what it runs for us is. */
  readonly believesCache: boolean;
  /** Results that lie there, as far as they can be read. */
  readonly known: (action: Digest) => Promise<Uint8Array | undefined>;
  /** A folder of this process for what actions print. */
  readonly folder: string;
  readonly sleep: (ms: number) => Promise<void>;
  readonly random: () => number;
  readonly queue: QueuePatience;
  readonly onClose: () => void;
}

/** So often something it has just made may be gone before it was fetched. */
const EVICTIONS = 3;

/** Has actions run by a cluster that speaks the Remote Execution API. */
export class RemoteExecutor {
  readonly #options: RemoteExecutorOptions;
  #serial = 0;
  #gone: RemoteFault | undefined;
  #lostInARow = 0;
  readonly #tally = { executed: 0, cached: 0, failed: 0, faults: 0 };

  constructor(options: RemoteExecutorOptions) {
    this.#options = options;
  }

  get tally(): Readonly<{ executed: number; cached: number; failed: number; faults: number }> {
    return this.#tally;
  }

  get uploadedBytes(): number {
    return this.#options.uploads.bytes;
  }

  /** Why it is left alone for the rest of the build. */
  get gone(): RemoteFault | undefined {
    return this.#gone;
  }

  async run(request: ExecutionRequest, form: RemoteForm, signal: AbortSignal): Promise<RemoteOutcome> {
    if (this.#gone) return { kind: 'not-there', why: this.#gone };
    const began = performance.now();
    const log = this.#openLog(request);
    try {
      const wire = form.wire();
      const seen = await this.#execute(wire, form, signal, request.bring, log);
      this.#lostInARow = 0;
      const tookMs = performance.now() - began;
      return { kind: 'outcome', outcome: await this.#outcome(request, seen, tookMs, log.printed) };
    } catch (error) {
      if (isStorageFailure(error) && error.problem === 'changed')
        return { kind: 'outcome', outcome: nothing({ kind: 'input-missing', path: error.path }) };
      if (!isRemoteFault(error)) throw error;
      this.#note(error);
      return { kind: 'not-there', why: error, printed: log.printed };
    }
  }

  close(): void {
    this.#options.calls.close();
    this.#options.onClose();
  }

  async #execute(
    wire: WireAction,
    form: RemoteForm,
    signal: AbortSignal,
    bring: ExecutionRequest['bring'],
    log: LiveLog,
  ): Promise<Seen> {
    const about = aboutAction(wire.action.hash, form);
    let fresh = form.fresh || !this.#options.believesCache;
    const mayStay = form.mayStay && this.#options.sharesBlobs;
    const held = fresh ? undefined : await this.#collectKnown(wire.action, mayStay);
    if (held?.result) return { kind: 'collected', ...held, cached: true };
    for (let attempt = 1; ; attempt++) {
      const execution = await executeAction(wire, fresh, about, signal, { ...this.#options, bring, log });
      if (execution.kind === 'cancelled') return execution;
      const collected = execution.result && (await this.#collect(execution.result, mayStay));
      if (execution.kind === 'timed-out') return { kind: 'timed-out', ...streamsOf(collected) };
      if (collected) return { kind: 'collected', ...collected, cached: execution.cached };
      if (attempt >= EVICTIONS)
        throw new RemoteFault('broken', 'what it makes is gone before it can be fetched');
      fresh = true;
    }
  }

  #openLog({ said }: ExecutionRequest): LiveLog {
    const { calls, folder } = this.#options;
    const read = calls.printed.bind(calls);
    return new LiveLog({ folder: `${folder}/l${this.#serial++}`, read, said });
  }

  async #outcome(
    request: ExecutionRequest,
    seen: Seen,
    tookMs: number,
    soFar: Printed,
  ): Promise<ExecutionOutcome> {
    if (seen.kind === 'cancelled') return { ...nothing({ kind: 'cancelled' }), ...soFar };
    // Whoever set no limit is not told that one was passed.
    if (seen.kind === 'timed-out' && request.timeoutMs === undefined)
      throw new RemoteFault('unwanted', 'its own limit of time was reached');
    const folder = `${this.#options.folder}/x${this.#serial++}`;
    const files = await streamFiles(seen, folder, this.#options.collector.blobs);
    if (seen.kind === 'timed-out') {
      this.#tally.failed++;
      const late = { ...nothing({ kind: 'timed-out' }), wallMs: tookMs, elsewhere: { cached: false } };
      // Not every executor says in the end what was printed until then.
      if (!seen.stdout && !seen.stderr) return { ...late, ...soFar };
      soFar.release();
      return { ...late, ...files };
    }
    soFar.release();
    const { exitCode, result, cached } = seen;
    if (!result) this.#tally.failed++;
    else if (cached) this.#tally.cached++;
    else this.#tally.executed++;
    return {
      ...nothing({ kind: 'exited', code: exitCode }),
      ...files,
      wallMs: seen.wallMs ?? tookMs,
      elsewhere: { cached, ...(result && { result }) },
    };
  }

  /** What cannot be used of what lies there is made anew. */
  async #collectKnown(action: Digest, mayStay: boolean): Promise<Collected | undefined> {
    try {
      const known = await this.#options.known(action);
      return known && (await this.#collect(known, mayStay));
    } catch (error) {
      if (!isRemoteFault(error) || (error.kind !== 'damaged' && error.kind !== 'unwanted')) throw error;
      return undefined;
    }
  }

  #collect(message: Uint8Array, mayStay: boolean): Promise<Collected | undefined> {
    return collectResult(message, this.#options.collector, mayStay);
  }

  /** What is not there, says no or fails action after action is not asked again. */
  #note(fault: RemoteFault): void {
    this.#tally.faults++;
    if (fault.kind === 'unwanted') return;
    this.#lostInARow++;
    const isHopeless = fault.kind === 'unreachable' || fault.kind === 'refused' || fault.kind === 'given-up';
    if (isHopeless || this.#lostInARow >= MOST_LOST) this.#gone ??= fault;
  }
}

const MOST_LOST = 4;

type Seen =
  | (Collected & { readonly kind: 'collected'; readonly cached: boolean })
  | { readonly kind: 'timed-out'; readonly stdout?: Digest; readonly stderr?: Digest }
  | { readonly kind: 'cancelled' };

const streamsOf = (collected: Collected | undefined): Pick<Collected, 'stdout' | 'stderr'> => ({
  ...(collected?.stdout && { stdout: collected.stdout }),
  ...(collected?.stderr && { stderr: collected.stderr }),
});

const nothing = (end: ExecutionEnd): ExecutionOutcome => ({
  end,
  outputRoot: '/nonexistent',
  undeclared: [],
  wallMs: 0,
  release: () => {},
});
