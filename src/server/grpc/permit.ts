import type { RpcStatus } from '../../protocol/status.ts';
import type { Need } from '../access.ts';
import type { CacheService } from '../cache-service.ts';
import { isInstanceName } from '../instance-name.ts';
import type { GrpcCall } from './call.ts';
import { refuse } from './status.ts';

type Permission = { readonly ok: true } | { readonly ok: false; readonly error: RpcStatus };

/** Whether a call may do this with the contents that all instances share; the error is what to tell it. */
export const permitContents = (
  service: CacheService,
  call: GrpcCall,
  instance: string,
  need: Need,
): Permission => (isInstanceName(instance) ? permit(service, call, undefined, need) : notAnInstance);

/** The same for an instance's results. */
export const permitResults = (
  service: CacheService,
  call: GrpcCall,
  instance: string,
  need: Need,
): Permission => (isInstanceName(instance) ? permit(service, call, instance, need) : notAnInstance);

const notAnInstance = refuse('invalidArgument', 'not a name for an instance');

function permit(service: CacheService, call: GrpcCall, instance: string | undefined, need: Need): Permission {
  const verdict = service.access().check(call.headers.authorization, instance, need);
  if (verdict === 'unknown') return refuse('unauthenticated', 'a token is needed');
  if (verdict === 'forbidden') return refuse('permissionDenied', `this token is not for this: ${need}`);
  return { ok: true };
}
