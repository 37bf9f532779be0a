import { createHash } from 'node:crypto';
import { type Dirent, readdirSync } from 'node:fs';

/** A folder's entries as they are now, as one number. */
export function listingOf(folder: string, whole: boolean): number {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return listingNumber(
      entries.map((entry) => ({ name: entry.name, kind: kindOfEntry(entry) })),
      whole,
    );
  } catch {
    return UNREADABLE;
  }
}

const UNREADABLE = -1;

interface ListedEntry {
  readonly name: string;
  readonly kind: 'file' | 'dir' | 'link' | 'other';
}

function kindOfEntry(entry: Dirent): ListedEntry['kind'] {
  if (entry.isDirectory()) return 'dir';
  if (entry.isSymbolicLink()) return 'link';
  return entry.isFile() ? 'file' : 'other';
}

/** A number for the entries of a folder: 48 bits of their digest. Unless `whole`, without what a workspace never looks into. */
export function listingNumber(entries: readonly ListedEntry[], whole = false): number {
  const names = entries
    .filter(({ name, kind }) => whole || kind !== 'dir' || !SKIPPED.has(name))
    .map(({ name, kind }) => `${name}\0${kind}`);
  return createHash('sha256').update(names.sort().join('\0')).digest().readUIntBE(0, 6);
}

/** Whatever is in them, and however a glob is written. */
const SKIPPED: ReadonlySet<string> = new Set(['.git', '.recomp', 'recomp-out', 'node_modules']);
