import { decodeActionResult } from '../fingerprint/reapi/decode-action-result.ts';
import { encodeActionResult } from '../fingerprint/reapi/encode-action-result.ts';
import type { Digest, Sha256 } from '../model/digest.ts';
import type { ActionResult } from '../model/result.ts';
import type { ActionCache } from '../ports/action-cache.ts';
import { openResult } from '../store/open-result.ts';
import { scopedAction } from './scope.ts';
import { isSigned, type Signing, signResult } from './signing.ts';
import type { Transport } from './transport.ts';

export interface ResultTrust {
  /** Where results are written. */
  readonly scope: string;
  /** Where they are read, the first that has one wins. */
  readonly trusted: readonly string[];
  readonly signing: Signing;
}

export const TRUSTING: ResultTrust = { scope: '', trusted: [''], signing: { signers: [] } };

/** Servers refuse a digest of nothing. */
const UNKNOWN_SIZE = 1;

/** Results of a remote. What it says is parsed as if it were hostile; what makes no sense, or is vouched for by nobody, is a miss. */
export class RemoteActionCache implements ActionCache {
  readonly #transport: Transport;
  readonly #blob: (digest: Digest) => Promise<Uint8Array | undefined>;
  readonly #trust: ResultTrust;

  /** `blob`: where the Tree messages come from. */
  constructor(
    transport: Transport,
    blob: (digest: Digest) => Promise<Uint8Array | undefined>,
    trust: ResultTrust = TRUSTING,
  ) {
    this.#transport = transport;
    this.#blob = blob;
    this.#trust = trust;
  }

  async get(key: Sha256, size = UNKNOWN_SIZE): Promise<ActionResult | undefined> {
    const { trusted } = this.#trust;
    const answers = await Promise.all(trusted.map((scope) => this.#read({ hash: key, size }, scope)));
    return answers.find((answer) => answer !== undefined);
  }

  async put(key: Sha256, result: ActionResult, size = UNKNOWN_SIZE): Promise<void> {
    const { scope, signing } = this.#trust;
    const signature = signing.key && signResult(result, { key, scope }, signing.key);
    const message = encodeActionResult(result, signature);
    await this.#transport.putResult(scopedAction({ hash: key, size }, scope), message, scope);
  }

  async #read(action: Digest, scope: string): Promise<ActionResult | undefined> {
    const bytes = await this.#transport.getResult(scopedAction(action, scope), scope);
    const message = bytes && decodeActionResult(bytes);
    const { signers } = this.#trust.signing;
    if (!message || (signers.length > 0 && !isSigned(message, { key: action.hash, scope }, signers)))
      return undefined;
    const { signature: _, ...said } = message;
    return openResult(said, this.#blob);
  }
}
