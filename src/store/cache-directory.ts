import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** Where the local cache of this user lies. A relative one is the workspace's own, wherever in it one stands. */
export function cacheDirectory(env: Readonly<Record<string, string | undefined>>, root: string): string {
  const own = env['RECOMP_CACHE_DIR'];
  if (own !== undefined && own !== '') return resolve(root, own);
  const shared = env['XDG_CACHE_HOME'];
  // The XDG rules: a relative path is to be ignored.
  if (shared !== undefined && isAbsolute(shared)) return join(shared, 'recomp');
  return join(env['HOME'] || homedir(), '.cache', 'recomp');
}
