import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Digest } from '../../model/digest.ts';
import { isStorageFailure } from '../../ports/storage-failure.ts';
import { METADATA_HEADER } from '../../protocol/request-metadata.ts';
import { aboutUs } from '../call-about.ts';
import { type FaultKind, RemoteFault } from '../fault.ts';
import { scopedPath } from '../scope.ts';
import { type Chunks, PATIENCE, type Patience, SMALL_BLOB, type Transport } from '../transport.ts';

export interface HttpOptions {
  /** `host:port` */
  readonly host: string;
  readonly path: string;
  readonly tls?: { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer };
  readonly headers: Readonly<Record<string, string>>;
  /** Names the build that calls. */
  readonly invocation?: string;
  readonly patience?: Patience;
}

const SOCKETS = 32;

/** No honest result comes near. */
const MAX_RESULT = 64 * 1024 * 1024;

/** A cache that keeps blobs under `/cas/` and results under `/ac/`, as Bazel's HTTP cache does. */
export class HttpTransport implements Transport {
  readonly #options: HttpOptions;
  readonly #agent: HttpAgent;
  readonly #patience: Patience;
  readonly #host: string;
  readonly #port: number;
  readonly #invocation: string;
  /** What requests are for that no single action makes. */
  readonly #about: Readonly<Record<string, string>>;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.#patience = options.patience ?? PATIENCE;
    this.#invocation = options.invocation ?? randomUUID();
    this.#about = this.#metadata();
    const shared = { keepAlive: true, maxSockets: SOCKETS, scheduling: 'lifo' } as const;
    this.#agent = options.tls ? new HttpsAgent({ ...shared, ...options.tls }) : new HttpAgent(shared);
    const at = options.host.lastIndexOf(':');
    this.#host = options.host.slice(0, at).replace(/^\[|\]$/g, '');
    this.#port = Number(options.host.slice(at + 1));
  }

  async getResult({ hash }: Digest, scope: string): Promise<Uint8Array | undefined> {
    const path = `${rooted(scopedPath(this.#options.path, scope))}/ac/${hash}`;
    return this.#get(path, (answer) => this.#collect(answer, MAX_RESULT), this.#metadata(hash));
  }

  async putResult({ hash }: Digest, message: Uint8Array, scope: string): Promise<void> {
    await this.#put(
      `${rooted(scopedPath(this.#options.path, scope))}/ac/${hash}`,
      message.length,
      async (out) => void out.write(message),
      this.#metadata(hash),
    );
  }

  async missing(digests: readonly Digest[]): Promise<readonly Digest[]> {
    const there = await Promise.all(digests.map((digest) => this.#has(digest)));
    return digests.filter((_, i) => there[i] === false);
  }

  async read({ hash, size }: Digest): Promise<Uint8Array | undefined> {
    return this.#get(this.#blob(hash), (answer) => this.#collect(answer, size));
  }

  async download<T>({ hash }: Digest, take: (chunks: Chunks) => Promise<T>): Promise<T | undefined> {
    return this.#get(this.#blob(hash), (answer) => take(watched(answer, this.#patience.answerMs)));
  }

  async write({ hash }: Digest, bytes: Uint8Array): Promise<void> {
    await this.#put(this.#blob(hash), bytes.length, async (out) => void out.write(bytes));
  }

  async upload({ hash, size }: Digest, path: string): Promise<void> {
    await this.#put(this.#blob(hash), size, async (out, ended) => sendFile(out, path, size, ended));
  }

  close(): void {
    this.#agent.destroy();
  }

  /** As over gRPC, in the form that binary values have there. */
  #metadata(actionId?: string): Readonly<Record<string, string>> {
    const about = aboutUs(this.#invocation, actionId === undefined ? {} : { actionId });
    return { [METADATA_HEADER]: about.toString('base64') };
  }

  #blob(hash: string): string {
    return `${rooted(this.#options.path)}/cas/${hash}`;
  }

  /** By events: thousands of small answers come at a time, and an iterator for each takes as long as all the rest. */
  #collect(answer: IncomingMessage, limit: number): Promise<Uint8Array> {
    bound(answer, this.#patience.answerMs);
    return new Promise((resolve, reject) => {
      const parts: Buffer[] = [];
      let size = 0;
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > limit) answer.destroy(new RemoteFault('damaged', 'it sent more than was asked for'));
        else parts.push(chunk);
      });
      answer.once('end', () => (answer.complete ? resolve(Buffer.concat(parts)) : reject(cutOff())));
      answer.once('error', reject);
      answer.once('close', () => reject(cutOff()));
    });
  }

  async #has({ hash, size }: Digest): Promise<boolean> {
    const answer = await this.#ask('HEAD', this.#blob(hash), this.#about);
    answer.resume();
    if (answer.statusCode === 404) return false;
    if (answer.statusCode !== 200) throw statusFault(answer);
    const length = answer.headers['content-length'];
    return length === undefined || Number(length) === size;
  }

  async #get<T>(
    path: string,
    use: (answer: IncomingMessage) => Promise<T>,
    about = this.#about,
  ): Promise<T | undefined> {
    const answer = await this.#ask('GET', path, about);
    try {
      if (answer.statusCode === 404) return undefined;
      if (answer.statusCode !== 200) throw statusFault(answer);
      return await use(answer);
    } catch (error) {
      answer.destroy();
      throw error instanceof RemoteFault || isStorageFailure(error) ? error : connectionFault(error);
    } finally {
      answer.resume();
    }
  }

  async #put(path: string, length: number, send: SendBody, about = this.#about): Promise<void> {
    const answer = await this.#ask('PUT', path, { ...about, 'content-length': String(length) }, send);
    answer.resume();
    const { statusCode = 0 } = answer;
    if (statusCode < 200 || statusCode > 299) throw statusFault(answer);
  }

  #ask(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    send?: SendBody,
  ): Promise<IncomingMessage> {
    const { tls, headers: own } = this.#options;
    return new Promise((resolve, reject) => {
      const out = (tls ? httpsRequest : httpRequest)({
        method,
        path,
        host: this.#host,
        port: this.#port,
        agent: this.#agent,
        headers: { ...own, ...headers },
      });
      let ended = false;
      const end = (act: () => void): void => {
        ended = true;
        act();
      };
      limitConnecting(out, this.#patience.connectMs);
      out.setTimeout(this.#patience.answerMs, () => out.destroy(new RemoteFault('timeout', 'no answer')));
      out.once('response', (answer) => end(() => resolve(answer)));
      out.once('error', (error) =>
        end(() => reject(error instanceof RemoteFault ? error : connectionFault(error))),
      );
      void (send?.(out, () => ended) ?? Promise.resolve()).then(
        () => out.end(),
        (error: unknown) => end(() => reject(error)),
      );
    });
  }
}

type SendBody = (out: ClientRequest, ended: () => boolean) => Promise<void>;

const rooted = (path: string): string => (path === '' ? '' : `/${path}`);

/** Somebody who does not even take the call is given up sooner than somebody who thinks. */
function limitConnecting(out: ClientRequest, withinMs: number): void {
  out.once('socket', (socket) => {
    if (!socket.connecting) return;
    const timer = setTimeout(() => out.destroy(new RemoteFault('unreachable', 'no connection')), withinMs);
    socket.once('connect', () => clearTimeout(timer));
    socket.once('close', () => clearTimeout(timer));
  });
}

async function sendFile(out: ClientRequest, path: string, size: number, ended: () => boolean): Promise<void> {
  const file = await open(path, 'r');
  try {
    for (let at = 0; at < size && !ended(); ) {
      const buffer = Buffer.allocUnsafe(Math.min(SMALL_BLOB, size - at));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0) throw new RemoteFault('unwanted', 'a file became shorter while it was sent');
      at += bytesRead;
      if (!out.write(buffer.subarray(0, bytesRead)) && !ended()) await drained(out);
    }
  } catch (error) {
    out.destroy();
    throw error;
  } finally {
    await file.close();
  }
}

const drained = (out: ClientRequest): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      for (const event of EVENTS) out.off(event, done);
      resolve();
    };
    const EVENTS = ['drain', 'close', 'response', 'error'] as const;
    for (const event of EVENTS) out.once(event, done);
  });

/** A connection that ends early is no end of the blob. */
async function* watched(answer: IncomingMessage, answerMs: number): Chunks {
  bound(answer, answerMs);
  for await (const chunk of answer) {
    if (chunk instanceof Uint8Array) yield chunk;
  }
  if (!answer.complete) throw cutOff();
}

function bound(answer: IncomingMessage, answerMs: number): void {
  answer.setTimeout(answerMs, () =>
    answer.destroy(new RemoteFault('timeout', 'it stopped in the middle of a blob')),
  );
}

const cutOff = (): RemoteFault => new RemoteFault('broken', 'the connection ended in the middle of a blob');

function statusFault(answer: IncomingMessage): RemoteFault {
  const { statusCode = 0, statusMessage = '' } = answer;
  const kind: FaultKind =
    statusCode === 401 || statusCode === 403 || statusCode === 405
      ? 'refused'
      : statusCode === 429 || statusCode === 503 || statusCode === 507
        ? 'busy'
        : statusCode >= 500
          ? 'broken'
          : 'unwanted';
  return new RemoteFault(kind, `HTTP ${statusCode} ${statusMessage}`.trim());
}

const UNREACHABLE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

function connectionFault(error: unknown): RemoteFault {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = error instanceof Error ? error.message : String(error);
  const untrusted = /^(?:ERR_TLS|CERT_|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED|ERR_SSL)/.test(code);
  const kind = UNREACHABLE.has(code) ? 'unreachable' : untrusted ? 'refused' : 'broken';
  return new RemoteFault(kind, message || code, error);
}
