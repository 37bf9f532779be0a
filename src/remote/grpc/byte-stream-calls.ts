import { open } from 'node:fs/promises';
import type { ClientReadableStream } from '@grpc/grpc-js';
import { CHUNK_BYTES, type WriteRequest } from '../../protocol/byte-stream.ts';
import { byteStreamService } from '../../protocol/services.ts';
import { RemoteFault } from '../fault.ts';
import { unpacked } from '../packed.ts';
import { type Chunks, transferMs } from '../transport.ts';
import { type Channel, within } from './channel.ts';
import { isNotFound, isServiceError, toFault } from './grpc-fault.ts';

/** Undefined: it is not there. `take` sees the pieces as they come, and holds them back while it is busy. */
export async function readStream<T>(
  channel: Channel,
  resource: string,
  size: number,
  take: (chunks: Chunks) => Promise<T>,
  isPacked = false,
): Promise<T | undefined> {
  const { path, requestSerialize, responseDeserialize } = byteStreamService.Read;
  await channel.ready();
  const stream = channel.client.makeServerStreamRequest(
    path,
    requestSerialize,
    responseDeserialize,
    { resource, offset: 0, limit: 0 },
    channel.metadata(),
    within(transferMs(size, channel.patience)),
  );
  // It may come before anybody looks at the stream, which then ends as if it were whole. Ending it early is one too.
  let failure: Error | undefined;
  stream.on('error', (error) => {
    failure ??= error;
  });
  const whole = (): void => {
    if (failure) throw failure;
  };
  try {
    const chunks = pieces(stream, channel.patience.answerMs, whole);
    return await take(isPacked ? unpacked(chunks) : chunks);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw isServiceError(error) ? toFault(error) : error;
  } finally {
    stream.cancel();
  }
}

/** A stream that may still grow, however slowly, from an offset on. It ends without a word when `signal` is aborted. */
export async function* growingStream(
  channel: Channel,
  resource: string,
  offset: number,
  signal: AbortSignal,
): Chunks {
  const { path, requestSerialize, responseDeserialize } = byteStreamService.Read;
  await channel.ready();
  if (signal.aborted) return;
  const request = { resource, offset, limit: 0 };
  const stream = channel.client.makeServerStreamRequest(
    path,
    requestSerialize,
    responseDeserialize,
    request,
    channel.metadata(),
  );
  // Ending it early is an error too, which nobody waits for.
  stream.on('error', () => {});
  const stop = (): void => stream.cancel();
  signal.addEventListener('abort', stop, { once: true });
  const messages: AsyncIterator<{ readonly data: Uint8Array }> = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await messages.next();
      if (next.done === true) return;
      yield next.value.data;
    }
  } catch (error) {
    if (signal.aborted) return;
    throw isServiceError(error) ? toFault(error) : error;
  } finally {
    signal.removeEventListener('abort', stop);
    stream.cancel();
  }
}

/** Silence is bounded too: a stream that stands still is over long before its deadline. */
async function* pieces(
  stream: ClientReadableStream<{ readonly data: Uint8Array }>,
  answerMs: number,
  whole: () => void,
): Chunks {
  const messages: AsyncIterator<{ readonly data: Uint8Array }> = stream[Symbol.asyncIterator]();
  for (;;) {
    const timer = setTimeout(
      () => stream.destroy(new RemoteFault('timeout', 'it stopped in the middle of a blob')),
      answerMs,
    );
    try {
      const next = await messages.next();
      if (next.done === true) return whole();
      yield next.value.data;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Sends a file. The server may say before the end that it has the blob already. */
export async function writeStream(
  channel: Channel,
  resource: string,
  size: number,
  path: string,
): Promise<void> {
  await channel.ready();
  const file = await open(path, 'r');
  try {
    const upload = openUpload(channel, size, (committed) => committed === size || committed === -1);
    for (let at = 0; at < size && !upload.over(); ) {
      const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size - at));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0) return upload.giveUp(new RemoteFault('unwanted', 'a file became shorter'));
      const data = buffer.subarray(0, bytesRead);
      const finish = at + bytesRead === size;
      await upload.write({ resource: at === 0 ? resource : '', offset: at, finish, data });
      at += bytesRead;
    }
    await upload.finish();
  } finally {
    await file.close();
  }
}

interface Upload {
  over(): boolean;
  write(request: WriteRequest): Promise<void>;
  finish(): Promise<void>;
  giveUp(fault: RemoteFault): Promise<void>;
  cancel(): void;
}

export function openUpload(channel: Channel, size: number, isWhole: (committed: number) => boolean): Upload {
  const { path, requestSerialize, responseDeserialize } = byteStreamService.Write;
  let over = false;
  let wake = (): void => {};
  let settle: { resolve: () => void; reject: (error: unknown) => void } | undefined;
  const answer = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // Looked at when it is waited for; until then it is nobody's.
  answer.catch(() => {});
  const stream = channel.client.makeClientStreamRequest(
    path,
    requestSerialize,
    responseDeserialize,
    channel.metadata(),
    within(transferMs(size, channel.patience)),
    (error, response) => {
      over = true;
      if (error) settle?.reject(toFault(error));
      else if (response && isWhole(response.committed)) settle?.resolve();
      else settle?.reject(new RemoteFault('broken', `it took ${response?.committed} of ${size} bytes`));
      wake();
    },
  );
  stream.on('error', () => {});
  return {
    over: () => over,
    async write(request) {
      if (stream.write(request) || over) return;
      const timer = setTimeout(() => stream.cancel(), channel.patience.answerMs);
      await new Promise<void>((resolve) => {
        wake = resolve;
        stream.once('drain', resolve);
      });
      clearTimeout(timer);
    },
    async finish() {
      stream.end();
      await answer;
    },
    cancel: () => stream.cancel(),
    async giveUp(fault) {
      stream.cancel();
      throw fault;
    },
  };
}
