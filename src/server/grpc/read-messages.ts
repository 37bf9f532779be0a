import type { ServerHttp2Stream } from 'node:http2';
import { type RpcStatus, STATUS } from '../../protocol/status.ts';

/** One message at most, so that a caller cannot fill the memory: what grpc’s own programs take by default. */
export const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

const HEAD_BYTES = 5;

export interface MessageSink {
  /** A promise: no further message before it is done. */
  message(bytes: Buffer): Promise<void> | undefined;
  /** The caller has said all, or something that is no message. */
  end(fault?: RpcStatus): void;
}

/** What all calls together hold of messages that are not whole yet. */
export interface MessageMemory {
  held: number;
}

const MAX_HELD_BYTES = 256 * 1024 * 1024;

/** Cuts a call's bytes into messages: each comes after a byte for compression and four for its length. */
export function readMessages(stream: ServerHttp2Stream, memory: MessageMemory, sink: MessageSink): void {
  const reader = new MessageReader(stream, memory, sink);
  stream.once('close', () => reader.forget());
  stream.on('data', (piece: Buffer) => reader.add(piece));
  stream.on('end', () => reader.end());
}

class MessageReader {
  readonly #stream: ServerHttp2Stream;
  readonly #memory: MessageMemory;
  readonly #sink: MessageSink;
  #pieces: Buffer[] = [];
  #held = 0;
  #needed: number | undefined;
  #busy = false;
  #over = false;

  constructor(stream: ServerHttp2Stream, memory: MessageMemory, sink: MessageSink) {
    this.#stream = stream;
    this.#memory = memory;
    this.#sink = sink;
  }

  add(piece: Buffer): void {
    if (this.#over) return;
    this.#pieces.push(piece);
    this.#hold(piece.length);
    if (this.#memory.held <= MAX_HELD_BYTES) this.#advance();
    else this.#finish({ code: STATUS.resourceExhausted, message: 'too much at once' });
  }

  forget(): void {
    this.#over = true;
    this.#pieces = [];
    this.#hold(-this.#held);
  }

  #hold(bytes: number): void {
    this.#held += bytes;
    this.#memory.held += bytes;
  }

  end(): void {
    const isTorn = this.#held > 0 || this.#needed !== undefined;
    this.#finish(isTorn ? { code: STATUS.invalidArgument, message: 'a message ended early' } : undefined);
  }

  #finish(fault?: RpcStatus): void {
    if (this.#over) return;
    this.forget();
    this.#sink.end(fault);
  }

  #advance(): void {
    while (!this.#busy && !this.#over) {
      const message = this.#next();
      if (message === undefined) return;
      const work = this.#sink.message(message);
      if (work !== undefined) this.#waitFor(work);
    }
  }

  #waitFor(work: Promise<void>): void {
    this.#busy = true;
    this.#stream.pause();
    void work.then(() => {
      this.#busy = false;
      this.#advance();
      if (!this.#busy) this.#stream.resume();
    });
  }

  #next(): Buffer | undefined {
    if (this.#needed === undefined) {
      if (this.#held < HEAD_BYTES) return undefined;
      const head = this.#take(HEAD_BYTES);
      const fault = headFault(head);
      if (fault !== undefined) return void this.#finish(fault);
      this.#needed = head.readUInt32BE(1);
    }
    if (this.#held < this.#needed) return undefined;
    const message = this.#take(this.#needed);
    this.#needed = undefined;
    return message;
  }

  /** The first bytes, which are there, as one buffer; without a copy where one piece has them all. */
  #take(count: number): Buffer {
    this.#hold(-count);
    const [first] = this.#pieces;
    if (first !== undefined && first.length > count) {
      this.#pieces[0] = first.subarray(count);
      return first.subarray(0, count);
    }
    const taken: Buffer[] = [];
    for (let missing = count; missing > 0; ) {
      const piece = this.#pieces.shift();
      if (piece === undefined) break;
      if (piece.length > missing) this.#pieces.unshift(piece.subarray(missing));
      taken.push(piece.subarray(0, missing));
      missing -= Math.min(missing, piece.length);
    }
    const [only] = taken;
    return taken.length === 1 && only !== undefined ? only : Buffer.concat(taken, count);
  }
}

function headFault(head: Buffer): RpcStatus | undefined {
  if (head[0] !== 0) return { code: STATUS.unimplemented, message: 'compressed messages are not understood' };
  if (head.readUInt32BE(1) <= MAX_MESSAGE_BYTES) return undefined;
  return { code: STATUS.resourceExhausted, message: `a message may have ${MAX_MESSAGE_BYTES} bytes` };
}
