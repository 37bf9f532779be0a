import { ok } from '../../base/result.ts';
import { actionCacheService } from '../../protocol/services.ts';
import type { CacheService } from '../cache-service.ts';
import type { ResultArrival } from '../store/result-shelf.ts';
import { type Handler, unary } from './handler.ts';
import { permitResults } from './permit.ts';
import { type Reply, refuse } from './status.ts';

export function actionCacheHandlers(service: CacheService): ReadonlyMap<string, Handler> {
  const { GetActionResult, UpdateActionResult } = actionCacheService;
  return new Map([
    [
      GetActionResult.path,
      unary(GetActionResult, ({ instance, actionDigest }, call) => {
        const permitted = permitResults(service, call, instance, 'read');
        if (!permitted.ok) return permitted;
        const result = service.store.results.get({ instance, key: actionDigest.hash });
        service.count.lookup(result === undefined ? 'miss' : 'hit');
        return result === undefined ? refuse('notFound', 'no such result') : ok(result);
      }),
    ],
    [
      UpdateActionResult.path,
      unary(UpdateActionResult, ({ instance, actionDigest, result }, call) => {
        const permitted = permitResults(service, call, instance, 'write');
        if (!permitted.ok) return permitted;
        const arrival = service.store.results.put({ instance, key: actionDigest.hash }, result);
        service.count.update(arrival.kind);
        return replyTo(arrival, result);
      }),
    ],
  ]);
}

/** The answer is the result that is kept, whose-ever it is. */
function replyTo(arrival: ResultArrival, sent: Uint8Array): Reply<Uint8Array> {
  switch (arrival.kind) {
    case 'stored':
    case 'present':
      return ok(sent);
    case 'kept':
      return ok(arrival.message);
    case 'incomplete':
      return refuse('failedPrecondition', `${arrival.missing.length} blobs that it names are not here`);
    case 'damaged':
      return refuse('invalidArgument', 'not an ActionResult');
    case 'too-large':
      return refuse('invalidArgument', 'too large for an action result');
    case 'full':
      return refuse('resourceExhausted', 'no room left');
    case 'broken':
      return refuse('internal', 'could not be written');
  }
}
