import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The file that this code was loaded from. */
export const OWN_FILE = fileURLToPath(import.meta.url);

/**
 * Whether a file of recomp’s own is another one since this was asked for. Parts of it are loaded when they are first wanted, and
 * those of a newer build do not go with what runs.
 */
export function hasChangedSince(file: string): () => boolean {
  const look = (): string => {
    const stat = statSync(file, { throwIfNoEntry: false });
    return stat ? `${stat.ino} ${stat.size} ${stat.mtimeMs}` : '-';
  };
  const before = look();
  return () => look() !== before;
}
