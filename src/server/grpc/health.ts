import { type RpcStatus, STATUS } from '../../protocol/status.ts';
import type { GrpcCall } from './call.ts';
import type { Handler } from './handler.ts';

/** HealthCheckResponse { status 1: SERVING }. */
const SERVING = Buffer.from([8, 1]);

/** grpc.health.v1.Health: whoever can ask at all is told that it is well; no token is needed. */
export function healthHandlers(ending: AbortSignal): ReadonlyMap<string, Handler> {
  const watch = async (_: Buffer, call: GrpcCall): Promise<RpcStatus> => {
    await call.sendMessage(SERVING);
    await new Promise<void>((resolve) => {
      const over = (): void => {
        ending.removeEventListener('abort', over);
        resolve();
      };
      ending.addEventListener('abort', over);
      call.whenClosed(over);
      if (ending.aborted) over();
    });
    return { code: STATUS.unavailable, message: 'the server ends' };
  };
  return new Map<string, Handler>([
    ['/grpc.health.v1.Health/Check', { kind: 'unary', run: () => ({ ok: true, value: SERVING }) }],
    ['/grpc.health.v1.Health/Watch', { kind: 'streaming', run: watch }],
  ]);
}
