import type { RpcStatus } from '../../protocol/status.ts';
import type { GrpcCall } from './call.ts';
import type { Reply } from './status.ts';

/** What is done with one method's calls, on messages as bytes. */
export type Handler =
  | { readonly kind: 'unary'; readonly run: (request: Buffer, call: GrpcCall) => Reply<Buffer> }
  /** Sends its messages through the call; the status ends it. */
  | { readonly kind: 'streaming'; readonly run: (request: Buffer, call: GrpcCall) => Promise<RpcStatus> }
  | { readonly kind: 'receiving'; readonly open: (call: GrpcCall) => Receiver };

/** Takes messages until it has answered the call by itself. */
export interface Receiver {
  message(bytes: Buffer): Promise<void> | undefined;
  end(): void;
  /** The caller is gone, or was no caller that one can talk to. */
  abort(): void;
}

interface Method<Request, Response> {
  readonly requestDeserialize: (bytes: Buffer) => Request;
  readonly responseSerialize: (value: Response) => Buffer;
}

export const unary = <Request, Response>(
  method: Method<Request, Response>,
  run: (request: Request, call: GrpcCall) => Reply<Response>,
): Handler => ({
  kind: 'unary',
  run(bytes, call) {
    const reply = run(method.requestDeserialize(bytes), call);
    return reply.ok ? { ok: true, value: method.responseSerialize(reply.value) } : reply;
  },
});

export const streaming = <Request, Response>(
  method: Method<Request, Response>,
  run: (
    request: Request,
    call: GrpcCall,
    send: (response: Response) => Promise<void> | undefined,
  ) => Promise<RpcStatus>,
): Handler => ({
  kind: 'streaming',
  run: (bytes, call) =>
    run(method.requestDeserialize(bytes), call, (response) =>
      call.sendMessage(method.responseSerialize(response)),
    ),
});
