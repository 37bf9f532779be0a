import { type KeyMemory, keyMemory, parseStoredKey, type StoredKey } from '../engine/key-memory.ts';
import { nearestKey } from '../engine/nearest-key.ts';
import { sha256 } from '../fingerprint/digest-bytes.ts';
import { type Journal, openJournal } from '../journal/trace-journal.ts';
import { cacheDirectory } from '../store/cache-directory.ts';
import { makeFolder } from '../store/make-folder.ts';

/**
 * What keys were made of in any workspace of this name, beside the cache that they share: a checkout in which nothing was built
 * yet can tell why it does not find what another one has put there.
 */
function sharedKeys(root: string, workspaceName: string): Journal<StoredKey> {
  const name = sha256(workspaceName).slice(0, 32);
  return openJournal(`${folderOf(root)}/${name}.journal`, parseStoredKey);
}

const folderOf = (root: string): string => `${cacheDirectory(process.env, root)}/keys`;

/** It only serves explanations: where it cannot be written, nothing is lost. */
export function shareKeys(root: string, workspaceName: string, keys: ReadonlyMap<string, StoredKey>): void {
  try {
    makeFolder(folderOf(root));
    sharedKeys(root, workspaceName).append(keys);
  } catch {
    // The cache's own trouble is told by whoever needs it.
  }
}

/** For explaining: what this workspace knows, and what the nearest is that others know. */
export function explainingKeys(root: string, workspaceName: string, own: Journal<StoredKey>): KeyMemory {
  return {
    ...keyMemory(own),
    nearest: (id, action) => nearestKey([own, sharedKeys(root, workspaceName)], id, action),
  };
}
