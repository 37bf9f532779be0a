import { sha256 } from '../fingerprint/digest-bytes.ts';
import type { Digest } from '../model/digest.ts';

/**
 * Where a result of a scope lies: under another name, and, for servers that know instances, in one of its own, to which they can
 * give rights of their own. The empty scope is the plain cache that other tools see.
 */
export const scopedAction = (action: Digest, scope: string): Digest =>
  scope === '' ? action : { ...action, hash: sha256(`recomp scope\0${scope}\0${action.hash}`) };

export const scopedPath = (path: string, scope: string): string =>
  path === '' || scope === '' ? path + scope : `${path}/${scope}`;
