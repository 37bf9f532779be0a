import { readdirSync, readFileSync } from 'node:fs';
import { cacheDirectory } from '../../store/cache-directory.ts';
import { keysFile } from '../build-state.ts';

/**
 * Which of these digests earlier builds have read, here or in another workspace that shares the cache: their records name all that
 * went into a key.
 */
export function builtBefore(root: string, stateDir: string, digests: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  if (digests.length === 0) return found;
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
