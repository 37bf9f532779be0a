import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { canonicalJson } from '../base/canonical-json.ts';
import { sortedBy } from '../base/order.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { ResultMessage } from '../fingerprint/reapi/decode-action-result.ts';
import type { Digest, Sha256 } from '../model/digest.ts';
import type { ActionResult } from '../model/result.ts';

/** Who vouches for results, and for whom this machine signs. */
export interface Signing {
  /** Absent: results are not signed, and where signers are listed not offered. */
  readonly key?: KeyObject;
  /** Empty: whatever the remote has is taken. */
  readonly signers: readonly KeyObject[];
}

export interface SignedPlace {
  readonly key: Sha256;
  readonly scope: string;
}

/** A listed key: 32 bytes in base64. */
export function readSigner(text: string): KeyObject | undefined {
  const raw = Buffer.from(text, 'base64');
  if (raw.length !== 32 || raw.toString('base64') !== text) return undefined;
  return createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') },
    format: 'jwk',
  });
}

/** A private key in PEM. What is wrong with it is told without any of it. */
export function readSigningKey(pem: Buffer): Result<KeyObject, string> {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'ed25519' ? ok(key) : err('not an Ed25519 key');
  } catch {
    return err('not a private key in PEM');
  }
}

export const signResult = (result: ActionResult, place: SignedPlace, key: KeyObject): Uint8Array =>
  sign(null, statement(contentOf(result), place), key);

export function isSigned(message: ResultMessage, place: SignedPlace, signers: readonly KeyObject[]): boolean {
  const { signature } = message;
  if (signature?.length !== 64) return false;
  const signed = statement(message, place);
  return signers.some((signer) => verify(null, signed, signer, signature));
}

type Content = Pick<ResultMessage, 'files' | 'trees' | 'stdout' | 'stderr' | 'isolation'>;

function contentOf({ outputs, ...rest }: ActionResult): Content {
  return {
    ...rest,
    files: outputs.filter((output) => output.kind === 'file'),
    trees: outputs.filter((output) => output.kind === 'tree'),
  };
}

/** Of which action in which scope, and all that is used of the result. How long it took and where is nobody's promise. */
function statement(
  { files, trees, stdout, stderr, isolation }: Content,
  { key, scope }: SignedPlace,
): Buffer {
  const text = canonicalJson({
    type: 'recomp.result.v1',
    key,
    scope,
    isolation,
    files: sortedBy(files, (f) => f.path).map((f) => [f.path, nameOf(f.digest), f.executable]),
    trees: sortedBy(trees, (t) => t.path).map((t) => [t.path, nameOf(t.treeDigest)]),
    stdout: stdout === undefined ? null : nameOf(stdout),
    stderr: stderr === undefined ? null : nameOf(stderr),
  });
  return Buffer.from(text, 'utf8');
}

const nameOf = ({ hash, size }: Digest): string => `${hash}/${size}`;
