import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';

/** A gRPC client of the bare minimum, so that a server can be asked what no honest client would ask. */
export interface RawGrpc {
  readonly session: ClientHttp2Session;
  /** All of a call at once: the messages that came, and how it ended. */
  call(path: string, messages: readonly Uint8Array[], headers?: Headers): Promise<Answer>;
  /** A call whose bytes are written by the test. */
  open(path: string, headers?: Headers): OpenCall;
  close(): void;
}

type Headers = Readonly<Record<string, string>>;

export interface Answer {
  /** Undefined: the stream ended without saying. */
  readonly status: number | undefined;
  readonly message: string;
  readonly messages: readonly Buffer[];
}

export interface OpenCall {
  readonly stream: ClientHttp2Stream;
  readonly answer: Promise<Answer>;
}

export function rawGrpc(url: string): RawGrpc {
  const session = connect(url.replace('grpc', 'http'));
  session.on('error', () => {});
  const open = (path: string, headers: Headers = {}): OpenCall => {
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    return { stream, answer: answerOf(stream) };
  };
  return {
    session,
    open,
    call(path, messages, headers) {
      const { stream, answer } = open(path, headers);
      for (const message of messages) stream.write(frame(message));
      stream.end();
      return answer;
    },
    close: () => session.destroy(),
  };
}

export function frame(message: Uint8Array, flag = 0): Buffer {
  const head = Buffer.alloc(5);
  head[0] = flag;
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

function answerOf(stream: ClientHttp2Stream): Promise<Answer> {
  return new Promise((resolve) => {
    const bytes: Buffer[] = [];
    let status: number | undefined;
    let message = '';
    const note = (headers: Record<string, unknown>): void => {
      if (headers['grpc-status'] === undefined) return;
      status = Number(headers['grpc-status']);
      message = String(headers['grpc-message'] ?? '');
    };
    stream.on('response', note);
    stream.on('trailers', note);
    stream.on('data', (piece: Buffer) => bytes.push(piece));
    stream.on('error', () => {});
    stream.on('close', () => resolve({ status, message, messages: unframe(Buffer.concat(bytes)) }));
  });
}

function unframe(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at + 5 <= bytes.length; ) {
    const size = bytes.readUInt32BE(at + 1);
    found.push(bytes.subarray(at + 5, at + 5 + size));
    at += 5 + size;
  }
  return found;
}
