import { sorted } from '../base/order.ts';
import type { Digest } from '../model/digest.ts';
import { digestBytes } from './digest-bytes.ts';
import {
  type DirectoryMessage,
  type DirectoryNode,
  type FileNode,
  type SymlinkNode,
  writeDirectory,
} from './reapi/directory.ts';
import { WireWriter } from './wire-writer.ts';

/** A folder being put together from paths. */
export interface Folder {
  readonly kind: 'folder';
  readonly entries: Map<string, Entry>;
}

export type Leaf =
  | { readonly kind: 'file'; readonly digest: Digest; readonly executable: boolean }
  | { readonly kind: 'link'; readonly target: string }
  /** A folder known by its digest alone. */
  | { readonly kind: 'subtree'; readonly digest: Digest };

type Entry = Folder | Leaf;

export const newFolder = (): Folder => ({ kind: 'folder', entries: new Map() });

/** Puts a leaf at a relative path. Two things at one place, or one inside a leaf, are the caller's bug. */
export function addLeaf(root: Folder, path: string, leaf: Leaf): void {
  const slash = path.lastIndexOf('/');
  const folder = slash < 0 ? root : addFolder(root, path.slice(0, slash));
  const name = path.slice(slash + 1);
  if (!isSegment(name)) throw new Error(`not a relative path: ${path}`);
  if (folder.entries.has(name)) throw new Error(`two entries at one path: ${path}`);
  folder.entries.set(name, leaf);
}

/** The folder at `path`, made where it is not there yet. */
export function addFolder(root: Folder, path: string): Folder {
  let folder = root;
  for (const name of path.split('/')) {
    let next = folder.entries.get(name);
    if (next === undefined) {
      if (!isSegment(name)) throw new Error(`not a relative path: ${path}`);
      next = newFolder();
      folder.entries.set(name, next);
    }
    if (next.kind !== 'folder') throw new Error(`an entry inside another: ${path}`);
    folder = next;
  }
  return folder;
}

const isSegment = (name: string): boolean => name !== '' && name !== '.' && name !== '..';

/** Called once per folder, children before their parent; `bytes` is overwritten by the next call. */
export type OnDirectory = (digest: Digest, bytes: Uint8Array, children: readonly Digest[]) => void;

/** The digest of a folder's canonical Directory message. */
export function digestFolder(folder: Folder, onDirectory?: OnDirectory): Digest {
  const message = toMessage(folder, onDirectory);
  // Only now: every child has left the shared writer.
  scratch.reset();
  writeDirectory(scratch, message);
  const bytes = scratch.view();
  const digest = digestBytes(bytes);
  if (onDirectory !== undefined)
    onDirectory(
      digest,
      bytes,
      message.directories.map((d) => d.digest),
    );
  return digest;
}

const scratch = new WireWriter();

function toMessage(folder: Folder, onDirectory: OnDirectory | undefined): DirectoryMessage {
  const files: FileNode[] = [];
  const directories: DirectoryNode[] = [];
  const symlinks: SymlinkNode[] = [];
  for (const name of sorted(folder.entries.keys())) {
    const entry = folder.entries.get(name);
    if (entry === undefined) continue;
    if (entry.kind === 'file') files.push({ name, digest: entry.digest, executable: entry.executable });
    else if (entry.kind === 'link') symlinks.push({ name, target: entry.target });
    else if (entry.kind === 'subtree') directories.push({ name, digest: entry.digest });
    else directories.push({ name, digest: digestFolder(entry, onDirectory) });
  }
  return { files, directories, symlinks };
}
