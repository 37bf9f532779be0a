import { decodeActionResult } from '../fingerprint/reapi/decode-action-result.ts';
import { encodeActionResult } from '../fingerprint/reapi/encode-action-result.ts';
import type { Digest, Sha256 } from '../model/digest.ts';
import type { ActionResult } from '../model/result.ts';
import type { ActionCache } from '../ports/action-cache.ts';
import { openResult } from '../store/open-result.ts';
import type { Transport } from './transport.ts';

/** Servers refuse a digest of nothing. */
const UNKNOWN_SIZE = 1;

/** Results of a remote. What it says is parsed as if it were hostile; what makes no sense is a miss. */
export class RemoteActionCache implements ActionCache {
  readonly #transport: Transport;
  readonly #blob: (digest: Digest) => Promise<Uint8Array | undefined>;

  /** `blob`: where the Tree messages come from. */
  constructor(transport: Transport, blob: (digest: Digest) => Promise<Uint8Array | undefined>) {
    this.#transport = transport;
    this.#blob = blob;
  }

  async get(key: Sha256, size = UNKNOWN_SIZE): Promise<ActionResult | undefined> {
    const bytes = await this.#transport.getResult({ hash: key, size });
    const message = bytes && decodeActionResult(bytes);
    return message && openResult(message, this.#blob);
  }

  async put(key: Sha256, result: ActionResult, size = UNKNOWN_SIZE): Promise<void> {
    await this.#transport.putResult({ hash: key, size }, encodeActionResult(result));
  }
}
