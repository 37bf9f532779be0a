import type { Sha256 } from '../model/digest.ts';
import type { ActionResult } from '../model/result.ts';

/** Results by action key. A damaged entry is an absent one. `size`: of the Action message, which remotes want beside its hash. */
export interface ActionCache {
  get(key: Sha256, size?: number): Promise<ActionResult | undefined>;
  /** Must be called after every blob that the result names is stored. */
  put(key: Sha256, result: ActionResult, size?: number): Promise<void>;
}
