import type { Sha256 } from '../../model/digest.ts';
import type { ActionResult } from '../../model/result.ts';

/** For the thread that fills the local cache, in this order: a result comes after all that it names. */
export type Kept =
  | { readonly kind: 'blob'; readonly hash: Sha256; readonly bytes: Uint8Array }
  | { readonly kind: 'result'; readonly key: Sha256; readonly result: ActionResult };

/** What it has done with one lot. */
export interface KeptReply {
  readonly count: number;
  /** Why some of it could not be written. */
  readonly fault?: string;
  readonly damaged: readonly string[];
}
