import { randomUUID } from 'node:crypto';
import { type CallOptions, ChannelCredentials, Client, connectivityState, Metadata } from '@grpc/grpc-js';
import { METADATA_HEADER } from '../../protocol/request-metadata.ts';
import { aboutUs, type CallAbout } from '../call-about.ts';
import { RemoteFault } from '../fault.ts';
import { PATIENCE, type Patience } from '../transport.ts';
import { toFault } from './grpc-fault.ts';

/** A unary call's definition, as the protocol's services have it. */
export interface UnaryMethod<Request, Response> {
  readonly path: string;
  readonly requestSerialize: (value: Request) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Response;
}

export interface ChannelOptions {
  readonly target: string;
  readonly tls?: { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer };
  readonly headers: Readonly<Record<string, string>>;
  /** Names the build that calls. */
  readonly invocation?: string;
  readonly patience?: Patience;
}

/** The largest message that is taken: batches are at most 4 MiB, and what frames them. */
const MAX_MESSAGE = 8 * 1024 * 1024;

/** One connection, opened when it is first needed. */
export class Channel {
  readonly client: Client;
  readonly patience: Patience;
  readonly #headers: ChannelOptions['headers'];
  readonly #invocation: string;
  #ready: Promise<void> | undefined;

  constructor({ target, tls, headers, invocation = randomUUID(), patience = PATIENCE }: ChannelOptions) {
    this.patience = patience;
    const credentials = tls
      ? ChannelCredentials.createSsl(tls.ca ?? null, tls.key ?? null, tls.cert ?? null)
      : ChannelCredentials.createInsecure();
    this.#headers = headers;
    this.#invocation = invocation;
    this.client = new Client(target, credentials, {
      'grpc.max_receive_message_length': MAX_MESSAGE,
      'grpc.max_send_message_length': MAX_MESSAGE,
      'grpc.initial_reconnect_backoff_ms': 200,
      'grpc.max_reconnect_backoff_ms': 2000,
      'grpc.enable_retries': 0,
      'grpc.primary_user_agent': 'recomp',
    });
  }

  /** Whoever comes first waits for the connection; the others wait along. */
  ready(): Promise<void> {
    this.#ready ??= new Promise<void>((resolve, reject) => {
      const channel = this.client.getChannel();
      const deadline = Date.now() + this.patience.connectMs;
      const look = (): void => {
        const state = channel.getConnectivityState(true);
        if (state === connectivityState.READY) resolve();
        else if (state === connectivityState.TRANSIENT_FAILURE || Date.now() >= deadline)
          reject(new RemoteFault('unreachable', 'no connection'));
        else channel.watchConnectivityState(state, deadline, look);
      };
      look();
    }).catch((error: unknown) => {
      this.#ready = undefined;
      throw error;
    });
    return this.#ready;
  }

  async unary<Request, Response>(
    method: UnaryMethod<Request, Response>,
    request: Request,
    withinMs = this.patience.answerMs,
    about?: Partial<CallAbout>,
  ): Promise<Response> {
    await this.ready();
    return new Promise((resolve, reject) => {
      this.client.makeUnaryRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        request,
        this.metadata(about),
        within(withinMs),
        (error, response) => {
          if (error) reject(toFault(error));
          else if (response === undefined) reject(new RemoteFault('damaged', 'an empty answer'));
          else resolve(response);
        },
      );
    });
  }

  metadata(about?: Partial<CallAbout>): Metadata {
    const metadata = new Metadata();
    metadata.set(METADATA_HEADER, aboutUs(this.#invocation, about));
    for (const [name, value] of Object.entries(this.#headers)) metadata.set(name, value);
    return metadata;
  }

  close(): void {
    this.client.close();
  }
}

export const within = (ms: number): CallOptions => ({ deadline: Date.now() + ms });
