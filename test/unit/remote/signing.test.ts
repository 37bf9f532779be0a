import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { digestBytes, sha256 } from '../../../src/fingerprint/digest-bytes.ts';
import { decodeActionResult } from '../../../src/fingerprint/reapi/decode-action-result.ts';
import { encodeActionResult } from '../../../src/fingerprint/reapi/encode-action-result.ts';
import { treeOf } from '../../../src/fingerprint/tree.ts';
import type { ActionResult } from '../../../src/model/result.ts';
import { isSigned, readSigner, readSigningKey, signResult } from '../../../src/remote/signing.ts';

const pair = () => generateKeyPairSync('ed25519');
const [ours, theirs] = [pair(), pair()];
const signers = [ours.publicKey];
const digest = (text: string) => digestBytes(Buffer.from(text));
const content = { files: [{ path: 'x', digest: digest('x'), executable: false }], links: [], emptyDirs: [] };
const { rootDigest, treeDigest } = treeOf(content);
const result: ActionResult = {
  outputs: [
    { kind: 'file', path: 'a', digest: digest('a'), executable: false },
    { kind: 'tree', path: 't', rootDigest, treeDigest, content },
  ],
  stdout: digest('out'),
  isolation: 2,
  wallMs: 12,
};
const place = { key: sha256('action'), scope: 'main' };
const message = (said: ActionResult, signature?: Uint8Array) => {
  const decoded = decodeActionResult(encodeActionResult(said, signature));
  if (!decoded) throw new Error('not decoded');
  return decoded;
};
const signature = signResult(result, place, ours.privateKey);

describe('a signature', () => {
  it('of a listed key is good, however long the run took and wherever', () => {
    expect(isSigned(message(result, signature), place, signers)).toBe(true);
    expect(isSigned(message(result, signature), place, [theirs.publicKey, ours.publicKey])).toBe(true);
    expect(isSigned(message({ ...result, wallMs: 1, maker: 'elsewhere' }, signature), place, signers)).toBe(
      true,
    );
  });

  it.each([
    ['none', message(result), place],
    ['of another key', message(result, signResult(result, place, theirs.privateKey)), place],
    ['cut short', message(result, signature.subarray(0, 63)), place],
    ['of another action', message(result, signature), { ...place, key: sha256('other') }],
    ['of another scope', message(result, signature), { ...place, scope: 'branch' }],
    ['of other bytes', message({ ...result, outputs: [] }, signature), place],
    [
      'of a file that is made executable',
      message(
        {
          ...result,
          outputs: result.outputs.map((o) => (o.kind === 'file' ? { ...o, executable: true } : o)),
        },
        signature,
      ),
      place,
    ],
    ['of a result that was shut in less', message({ ...result, isolation: 1 }, signature), place],
    ['of another log', message({ ...result, stdout: digest('other') }, signature), place],
    ['of one that had no other log', message({ ...result, stderr: digest('other') }, signature), place],
  ])('is refused: %s', (_what, said, where) => {
    expect(isSigned(said, where, signers)).toBe(false);
  });

  it('is made with keys as openssl writes them', () => {
    const pem = Buffer.from(ours.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    expect(readSigningKey(pem).ok).toBe(true);
    const der = ours.publicKey.export({ type: 'spki', format: 'der' });
    const signer = readSigner(der.subarray(-32).toString('base64'));
    expect(signer && isSigned(message(result, signature), place, [signer])).toBe(true);
  });

  it('is not made with anything else, and nothing of that is told', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    });
    expect(readSigningKey(Buffer.from(rsa))).toEqual({ ok: false, error: 'not an Ed25519 key' });
    expect(readSigningKey(Buffer.from('secret words'))).toEqual({
      ok: false,
      error: 'not a private key in PEM',
    });
    expect(readSigner('short')).toBeUndefined();
  });
});
