import { sortedBy } from '../base/order.ts';
import type { Sha256 } from '../model/digest.ts';
import type { ActionResult } from '../model/result.ts';
import type { ActionCache } from '../ports/action-cache.ts';

/** For tests, and for builds that must leave nothing behind. */
export class InMemoryActionCache implements ActionCache {
  readonly #results = new Map<Sha256, ActionResult>();

  async get(key: Sha256): Promise<ActionResult | undefined> {
    return this.#results.get(key);
  }

  async put(key: Sha256, result: ActionResult): Promise<void> {
    this.#results.set(key, { ...result, outputs: sortedBy(result.outputs, (output) => output.path) });
  }
}
