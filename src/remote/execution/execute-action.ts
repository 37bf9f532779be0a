import type { ExecutionRequest, WireAction } from '../../ports/executor.ts';
import { type ExecuteResponse, type Operation, STAGE_QUEUED } from '../../protocol/execution.ts';
import { STATUS } from '../../protocol/status.ts';
import type { CallAbout } from '../call-about.ts';
import { isPassing, isRemoteFault, RemoteFault } from '../fault.ts';
import { isServiceError, wordsOf } from '../grpc/grpc-fault.ts';
import type { ExecutionCalls } from './execution-calls.ts';
import type { InputUploads } from './input-uploads.ts';
import type { LiveLog } from './live-log.ts';
import type { QueuePatience } from './queue-patience.ts';

/** What became of an action that was given to an executor. */
export type Execution =
  /** It ran, well or not; `result` is an ActionResult message. */
  | { readonly kind: 'ended'; readonly result: Uint8Array; readonly cached: boolean }
  | { readonly kind: 'timed-out'; readonly result: Uint8Array | undefined }
  | { readonly kind: 'cancelled' };

export interface ExecuteOptions {
  readonly calls: Pick<ExecutionCalls, 'execute' | 'wait' | 'cancel'>;
  readonly uploads: Pick<InputUploads, 'ensure' | 'forget'>;
  readonly sleep: (ms: number) => Promise<void>;
  readonly random: () => number;
  readonly queue: QueuePatience;
  /** Hears what it prints meanwhile. */
  readonly log?: Pick<LiveLog, 'hear' | 'stop'>;
  /** Brings inputs here that are to be sent and were left away. */
  readonly bring?: ExecutionRequest['bring'];
}

/** A worker that is lost, a scheduler that starts anew, blobs that are evicted: so often it is begun again. */
const ATTEMPTS = 4;
/** A stream that breaks while the action runs is taken up again so often, for each time that something was heard. */
const BREAKS = 5;
const PAUSE_MS = 100;

/** Uploads, executes, waits. Throws the RemoteFault after which it was given up. */
export async function executeAction(
  wire: WireAction,
  skipCache: boolean,
  about: CallAbout,
  signal: AbortSignal,
  options: ExecuteOptions,
): Promise<Execution> {
  for (let attempt = 1; ; attempt++) {
    try {
      await options.uploads.ensure(wire.blobs, options.bring);
      if (signal.aborted) return { kind: 'cancelled' };
      const operation = await follow(wire, skipCache, about, signal, options);
      return operation === undefined ? { kind: 'cancelled' } : read(operation);
    } catch (error) {
      if (!isRemoteFault(error) || !mayPass(error) || attempt >= ATTEMPTS) throw error;
      options.uploads.forget(wire.blobs);
    } finally {
      options.log?.stop();
    }
    await options.sleep(PAUSE_MS * 2 ** attempt * (0.5 + options.random()));
    if (signal.aborted) return { kind: 'cancelled' };
  }
}

/** Until it is done, over as many streams as it takes. Undefined: cancelled. */
async function follow(
  { action }: WireAction,
  skipCache: boolean,
  about: CallAbout,
  signal: AbortSignal,
  { calls, sleep, random, queue, log }: ExecuteOptions,
): Promise<Operation | undefined> {
  let name = '';
  const stuck = new AbortController();
  const ending = AbortSignal.any([signal, stuck.signal]);
  for (let breaks = 0; ; breaks++) {
    try {
      const stream = name ? calls.wait(name, about, ending) : calls.execute(action, skipCache, about, ending);
      for await (const operation of queued(stream, queue, () => stuck.abort())) {
        if (operation.name !== '') name = operation.name;
        breaks = 0;
        if (operation.done) return operation;
        if (operation.metadata) log?.hear(operation.metadata);
      }
      if (!ending.aborted) throw new RemoteFault('broken', 'it stopped telling before the action had ended');
    } catch (error) {
      const known = name !== '' && !isLost(error);
      if (!known || !isRemoteFault(error) || !mayBreak(error) || breaks >= BREAKS) throw error;
    }
    if (!ending.aborted) await sleep(PAUSE_MS * 2 ** breaks * (0.5 + random()));
    if (ending.aborted) {
      if (name !== '') await calls.cancel(name, about);
      if (signal.aborted) return undefined;
      throw new RemoteFault('given-up', `nothing moved in its queue for ${queue.seconds} s`);
    }
  }
}

/** Those that only wait, among others that do, are not waited for without end. */
async function* queued(
  stream: AsyncIterable<Operation>,
  queue: QueuePatience,
  onStuck: () => void,
): AsyncGenerator<Operation> {
  let unwatch: (() => void) | undefined;
  try {
    for await (const operation of stream) {
      const { stage = 0 } = operation.metadata ?? {};
      if (operation.done || stage > STAGE_QUEUED) {
        queue.moved();
        unwatch?.();
      } else if (stage === STAGE_QUEUED) unwatch ??= queue.watch(onStuck);
      yield operation;
    }
  } finally {
    unwatch?.();
  }
}

function read({ error, response }: Operation): Execution {
  const { code, message } = error ??
    response?.status ?? { code: STATUS.internal, message: 'it ended without a result' };
  if (code === STATUS.deadlineExceeded) return { kind: 'timed-out', result: response?.result };
  if (code !== STATUS.ok) throw statusFault(code, message, response);
  if (response?.result) return { kind: 'ended', result: response.result, cached: response.cached };
  throw new RemoteFault('broken', 'it ended without a result');
}

/** The executor's own troubles, which another worker may not have; but what it does not take or allow stays so. */
const REFUSING: ReadonlySet<number> = new Set([
  STATUS.permissionDenied,
  STATUS.unauthenticated,
  STATUS.unimplemented,
]);

function statusFault(code: number, message: string, response: ExecuteResponse | undefined): RemoteFault {
  const words = wordsOf(code, message || response?.message || '');
  if (REFUSING.has(code)) return new RemoteFault('refused', words);
  return new RemoteFault(code === STATUS.invalidArgument ? 'unwanted' : 'broken', words);
}

const codeOf = ({ cause }: RemoteFault): number | undefined =>
  isServiceError(cause) ? cause.code : undefined;

/** Nobody knows the operation any more. */
const isLost = (error: unknown): boolean => isRemoteFault(error) && codeOf(error) === STATUS.notFound;

/** A cut connection may come back; while it is away, that is all there is to see. */
const mayBreak = (fault: RemoteFault): boolean =>
  isPassing(fault) || fault.kind === 'timeout' || fault.kind === 'unreachable';

/** FAILED_PRECONDITION: inputs are missing, although they had been there. */
const mayPass = (fault: RemoteFault): boolean =>
  isPassing(fault) || codeOf(fault) === STATUS.failedPrecondition;
