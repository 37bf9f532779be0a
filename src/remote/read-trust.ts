import type { KeyObject } from 'node:crypto';
import { err, ok, type Result } from '../base/result.ts';
import type { WorkspaceConfig } from '../model/workspace.ts';
import type { ResultTrust } from './remote-action-cache.ts';
import { readSigner, readSigningKey } from './signing.ts';

/** Scopes and signers as configured; the scope that is written to may be the environment's (a CI job's, a person's). */
export function readTrust(
  cache: Pick<WorkspaceConfig['cache'], 'remoteScope' | 'remoteTrust' | 'signers'>,
  env: NodeJS.ProcessEnv,
  signingKey: Buffer | undefined,
): Result<ResultTrust, string> {
  const signers: KeyObject[] = [];
  for (const [name, text] of Object.entries(cache.signers)) {
    const signer = readSigner(text);
    if (!signer) return err(`[cache.signers] ${name}: not an Ed25519 public key`);
    signers.push(signer);
  }
  const key = signingKey && readSigningKey(signingKey);
  if (key && !key.ok) return err(`RECOMP_SIGNING_KEY_FILE: ${key.error}`);
  const scope = env['RECOMP_REMOTE_SCOPE'] ?? cache.remoteScope;
  if (!/^(?:[A-Za-z0-9_][A-Za-z0-9_.-]{0,99})?$/.test(scope))
    return err('RECOMP_REMOTE_SCOPE: a scope is named by letters, digits, `_`, `-` and `.`');
  return ok({
    scope,
    trusted: [
      ...new Set([...cache.remoteTrust, ...(env['RECOMP_REMOTE_SCOPE'] === undefined ? [] : [scope])]),
    ],
    signing: { signers, ...(key && { key: key.value }) },
  });
}
