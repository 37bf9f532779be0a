import type { RpcStatus } from '../../protocol/status.ts';
import type { Need } from '../access.ts';
import type { CacheService } from '../cache-service.ts';
import { isInstanceName } from '../instance-name.ts';
import type { GrpcCall } from './call.ts';
import { refuse } from './status.ts';

/** Whether a call may do this in an instance; the error is what to tell it. */
export function permit(
  service: CacheService,
  call: GrpcCall,
  instance: string,
  need: Need,
): { readonly ok: true } | { readonly ok: false; readonly error: RpcStatus } {
  if (!isInstanceName(instance)) return refuse('invalidArgument', 'not a name for an instance');
  const verdict = service.access().check(call.headers.authorization, instance, need);
  if (verdict === 'unknown') return refuse('unauthenticated', 'a token is needed');
  if (verdict === 'forbidden') return refuse('permissionDenied', `this token is not for this: ${need}`);
  return { ok: true };
}
