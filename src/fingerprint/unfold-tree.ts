import { sorted, sortedBy } from '../base/order.ts';
import type { TreeContent, TreeFile, TreeLink } from '../model/result.ts';
import { type DirectoryMessage, readDirectory } from './reapi/directory.ts';
import { linkStaysInside } from './tree-link.ts';

/** A small message can spell a huge directory, because equal folders are stored once: bounds on what comes out. */
const MAX_ENTRIES = 2_000_000;
const MAX_DEPTH = 200;
const MAX_PATH = 4096;

/** Content of a directory from its root's message and all messages below, by hash. Undefined: not to be trusted. */
export function unfoldTree(
  root: Uint8Array,
  folders: ReadonlyMap<string, Uint8Array>,
): TreeContent | undefined {
  const unfolding: Unfolding = {
    folders,
    parsed: new Map(),
    files: [],
    links: [],
    emptyDirs: [],
    entries: 0,
  };
  const message = readDirectory(root);
  if (message === undefined || !unfold(unfolding, '', message, 0)) return undefined;
  return {
    files: sortedBy(unfolding.files, (file) => file.path),
    links: sortedBy(unfolding.links, (link) => link.path),
    emptyDirs: sorted(unfolding.emptyDirs),
  };
}

interface Unfolding {
  readonly folders: ReadonlyMap<string, Uint8Array>;
  readonly parsed: Map<string, DirectoryMessage | undefined>;
  readonly files: TreeFile[];
  readonly links: TreeLink[];
  readonly emptyDirs: string[];
  entries: number;
}

/** Adds what lies in one folder; `prefix` is its path with a slash, or empty. False: refuse the whole. */
function unfold(into: Unfolding, prefix: string, message: DirectoryMessage, depth: number): boolean {
  const { files, symlinks, directories } = message;
  const count = files.length + symlinks.length + directories.length;
  into.entries += count;
  if (into.entries > MAX_ENTRIES || depth > MAX_DEPTH || prefix.length > MAX_PATH) return false;
  if (count === 0 && prefix !== '') into.emptyDirs.push(prefix.slice(0, -1));
  for (const { name, digest, executable } of files)
    into.files.push({ path: prefix + name, digest, executable });
  for (const { name, target } of symlinks) {
    if (!linkStaysInside(prefix + name, target)) return false;
    into.links.push({ path: prefix + name, target });
  }
  return directories.every((child) => {
    const below = messageOf(into, child.digest.hash);
    return below !== undefined && unfold(into, `${prefix}${child.name}/`, below, depth + 1);
  });
}

function messageOf(unfolding: Unfolding, hash: string): DirectoryMessage | undefined {
  if (!unfolding.parsed.has(hash)) {
    const bytes = unfolding.folders.get(hash);
    unfolding.parsed.set(hash, bytes && readDirectory(bytes));
  }
  return unfolding.parsed.get(hash);
}
