import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { parseSha256 } from '../../model/digest.ts';
import { cacheDirectory } from '../../store/cache-directory.ts';
import { blobPath } from '../../store/layout.ts';
import { keysFile } from '../build-state.ts';

/**
 * Which of these digests earlier builds have read, here or in another workspace that shares the cache: their records name all that
 * went into a key. A build that was killed has left none, but what it made or was told byte for byte lies under that very name.
 */
export function builtBefore(root: string, stateDir: string, digests: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  if (digests.length === 0) return found;
  const cache = cacheDirectory(process.env, root);
  for (const digest of digests) {
    const hash = parseSha256(digest);
    if (
      hash !== undefined &&
      [`${stateDir}/state/logs/${hash}`, blobPath(cache, hash)].some((path) => existsSync(path))
    )
      found.add(digest);
  }
  for (const file of recordsOf(root, stateDir)) {
    const bytes = readIfThere(file);
    for (const digest of digests) if (bytes?.includes(digest)) found.add(digest);
  }
  return found;
}

function* recordsOf(root: string, stateDir: string): Iterable<string> {
  yield keysFile(stateDir);
  for (const run of namesIn(`${stateDir}/runs`).filter((name) => name !== 'latest')) {
    yield `${stateDir}/runs/${run}/run-manifest.json`;
    yield `${stateDir}/runs/${run}/unchanged.json`;
  }
  const shared = `${cacheDirectory(process.env, root)}/keys`;
  for (const name of namesIn(shared)) yield `${shared}/${name}`;
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
