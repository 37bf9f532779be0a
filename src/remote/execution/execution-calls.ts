import type { ClientReadableStream } from '@grpc/grpc-js';
import type { Digest } from '../../model/digest.ts';
import { DIGEST_SHA256 } from '../../protocol/capabilities.ts';
import type { Operation } from '../../protocol/execution.ts';
import { capabilitiesService, executionService, operationsService } from '../../protocol/services.ts';
import type { CallAbout } from '../call-about.ts';
import { isRemoteFault, RemoteFault } from '../fault.ts';
import { growingStream } from '../grpc/byte-stream-calls.ts';
import type { Channel } from '../grpc/channel.ts';
import { isServiceError, toFault } from '../grpc/grpc-fault.ts';
import type { Chunks } from '../transport.ts';

/** An action may take hours and say nothing; but so often a sign of life is asked for. */
const SIGN_OF_LIFE_MS = 30_000;

/** The calls by which an executor is told what to do. What goes wrong is thrown as a RemoteFault. */
export class ExecutionCalls {
  readonly #channel: Channel;
  readonly #instance: string;

  constructor(channel: Channel, instance: string) {
    this.#channel = channel;
    this.#instance = instance;
  }

  /** Throws where nobody executes anything; answers whether blobs can be had from the same server. */
  async agree(): Promise<{ readonly hasBlobs: boolean }> {
    const { cache, execution } = await this.#capabilities();
    if (!execution?.enabled) throw new RemoteFault('refused', 'it executes nothing');
    const { digestFunctions } = execution;
    if (digestFunctions.some((f) => f !== 0) && !digestFunctions.includes(DIGEST_SHA256))
      throw new RemoteFault('refused', 'it does not name blobs by SHA-256');
    return { hasBlobs: cache !== undefined };
  }

  /** Ends without a word when `signal` is aborted. */
  execute(
    actionDigest: Digest,
    skipCache: boolean,
    about: CallAbout,
    signal: AbortSignal,
  ): AsyncIterable<Operation> {
    const { path, requestSerialize, responseDeserialize } = executionService.Execute;
    const request = { instance: this.#instance, skipCache, actionDigest };
    const { client } = this.#channel;
    const open = (): ClientReadableStream<Operation> =>
      client.makeServerStreamRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        this.#channel.metadata(about),
      );
    return this.#listen(open, signal);
  }

  /** Hears of an operation again whose stream broke. */
  wait(name: string, about: CallAbout, signal: AbortSignal): AsyncIterable<Operation> {
    const { path, requestSerialize, responseDeserialize } = executionService.WaitExecution;
    const { client } = this.#channel;
    const open = (): ClientReadableStream<Operation> =>
      client.makeServerStreamRequest(
        path,
        requestSerialize,
        responseDeserialize,
        { name },
        this.#channel.metadata(about),
      );
    return this.#listen(open, signal);
  }

  /** What an action prints while it runs, by the name that the executor gave it. */
  printed(name: string, offset: number, signal: AbortSignal): Chunks {
    return growingStream(this.#channel, name, offset, signal);
  }

  /** Nobody wants it any more. Servers that cannot end it say so, and it does not matter. */
  async cancel(name: string, about: CallAbout): Promise<void> {
    try {
      await this.#channel.unary(operationsService.CancelOperation, { name }, undefined, about);
    } catch (error) {
      if (!isRemoteFault(error)) throw error;
    }
  }

  close(): void {
    this.#channel.close();
  }

  #capabilities() {
    return this.#channel.unary(capabilitiesService.GetCapabilities, { instance: this.#instance });
  }

  async *#listen(
    open: () => ClientReadableStream<Operation>,
    signal: AbortSignal,
  ): AsyncGenerator<Operation> {
    await this.#channel.ready();
    if (signal.aborted) return;
    const stream = open();
    // Ending it early is an error too, which nobody waits for.
    stream.on('error', () => {});
    const stop = (): void => stream.cancel();
    signal.addEventListener('abort', stop, { once: true });
    const probe = setInterval(() => {
      this.#capabilities().catch((error: unknown) =>
        stream.destroy(isRemoteFault(error) ? error : new RemoteFault('broken', 'it fell silent')),
      );
    }, SIGN_OF_LIFE_MS);
    const operations: AsyncIterator<Operation> = stream[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await operations.next();
        if (next.done === true) return;
        yield next.value;
      }
    } catch (error) {
      if (signal.aborted) return;
      throw isServiceError(error) ? toFault(error) : error;
    } finally {
      clearInterval(probe);
      signal.removeEventListener('abort', stop);
      stream.cancel();
    }
  }
}
