import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { type RpcStatus, STATUS } from '../../protocol/status.ts';
import { drained } from '../drained.ts';
import type { Reply } from './status.ts';

const HEADERS = { ':status': 200, 'content-type': 'application/grpc' } as const;

const LINGER_MS = 2000;

/** One call: what the caller said of itself, and the way back. */
export class GrpcCall {
  readonly headers: IncomingHttpHeaders;
  readonly #stream: ServerHttp2Stream;
  readonly #onEnd: (code: number) => void;
  #ended = false;
  #status: RpcStatus = { code: STATUS.internal, message: '' };

  constructor(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, onEnd: (code: number) => void) {
    this.#stream = stream;
    this.headers = headers;
    this.#onEnd = onEnd;
    stream.once('close', () => this.#note(STATUS.cancelled));
  }

  /** The caller has gone, or has its answer. */
  get isOver(): boolean {
    return this.#ended || this.#stream.closed || this.#stream.destroyed;
  }

  /** When the caller has gone, or has its answer. */
  whenClosed(act: () => void): void {
    if (this.#stream.destroyed) act();
    else this.#stream.once('close', act);
  }

  /** One of several messages, framed. A promise: wait for it before the next. */
  send(frame: Buffer): Promise<void> | undefined {
    if (this.isOver) return undefined;
    this.#open();
    if (this.#stream.write(frame)) return undefined;
    return drained(this.#stream);
  }

  sendMessage(message: Uint8Array): Promise<void> | undefined {
    return this.send(framed(message));
  }

  reply(reply: Reply<Buffer>): void {
    if (this.isOver) return;
    if (reply.ok) this.#finish({ code: STATUS.ok, message: '' }, framed(reply.value));
    else this.end(reply.error);
  }

  end(status: RpcStatus): void {
    if (this.isOver) return;
    if (this.#stream.headersSent) {
      this.#finish(status);
      return;
    }
    this.#note(status.code);
    this.#stream.respond({ ...HEADERS, ...trailers(status) }, { endStream: true });
    this.#dismiss();
  }

  /** Nothing moves any more, in either direction. */
  giveUp(): void {
    this.#note(STATUS.deadlineExceeded);
    this.#stream.close(constants.NGHTTP2_CANCEL);
  }

  #finish(status: RpcStatus, last?: Buffer): void {
    this.#note(status.code);
    this.#status = status;
    this.#open();
    this.#stream.end(last);
    this.#dismiss();
  }

  #open(): void {
    if (this.#stream.headersSent) return;
    this.#stream.respond(HEADERS, { waitForTrailers: true });
    this.#stream.once('wantTrailers', () => this.#stream.sendTrailers(trailers(this.#status)));
  }

  /**
   * Whoever still sends may stop: the answer does not depend on the rest. A reset right behind the answer makes some clients
   * lose it, so they get time to end by themselves, as they do.
   */
  #dismiss(): void {
    const stream = this.#stream;
    if (stream.readableEnded) return;
    stream.resume();
    const timer = setTimeout(() => stream.close(constants.NGHTTP2_NO_ERROR), LINGER_MS);
    stream.once('close', () => clearTimeout(timer));
  }

  #note(code: number): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnd(code);
  }
}

const trailers = ({ code, message }: RpcStatus) => ({
  'grpc-status': String(code),
  ...(message === '' ? {} : { 'grpc-message': encodeURIComponent(message).replaceAll('%20', ' ') }),
});

function framed(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(5 + message.length);
  frame[0] = 0;
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, 5);
  return frame;
}
