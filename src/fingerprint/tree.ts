import type { Digest, Sha256 } from '../model/digest.ts';
import type { TreeContent } from '../model/result.ts';
import { digestBytes, sha256 } from './digest-bytes.ts';
import { addFolder, addLeaf, digestFolder, type Folder, newFolder } from './merkle.ts';
import { unfoldTree } from './unfold-tree.ts';
import { WireReader } from './wire-reader.ts';
import { WireWriter } from './wire-writer.ts';

export interface EncodedTree {
  readonly rootDigest: Digest;
  readonly treeDigest: Digest;
  /** The Tree message: what a store must hold under `treeDigest`. */
  readonly tree: Uint8Array;
  /** Every Directory message by its hash, the root's included. */
  readonly directories: ReadonlyMap<Sha256, Uint8Array>;
}

/** Encodes a directory's content as Tree { root 1, children 2 }, parents before children, each once. */
export function treeOf(content: TreeContent): EncodedTree {
  const directories = new Map<Sha256, Uint8Array>();
  const rootDigest = digestFolder(folderOf(content), (digest, bytes) => {
    if (!directories.has(digest.hash)) directories.set(digest.hash, new Uint8Array(bytes));
  });
  const writer = new WireWriter();
  // Folders were seen children first, so backwards every parent comes before its children.
  const children = [...directories].reverse();
  const root = directories.get(rootDigest.hash);
  if (root !== undefined) writer.bytes(1, root);
  for (const [hash, bytes] of children) if (hash !== rootDigest.hash) writer.bytes(2, bytes);
  const tree = writer.copy();
  return { rootDigest, treeDigest: digestBytes(tree), tree, directories };
}

/** The digest of the root's Directory message alone. */
export const rootDigestOf = (content: TreeContent): Digest => digestFolder(folderOf(content));

function folderOf(content: TreeContent): Folder {
  const root = newFolder();
  for (const file of content.files)
    addLeaf(root, file.path, { kind: 'file', digest: file.digest, executable: file.executable });
  for (const link of content.links) addLeaf(root, link.path, { kind: 'link', target: link.target });
  for (const path of content.emptyDirs) addFolder(root, path);
  return root;
}

/** Undefined: damaged, a folder missing, a link that leads out, or unreasonably large. */
export function readTreeContent(tree: Uint8Array): TreeContent | undefined {
  const reader = new WireReader(tree);
  let root: Uint8Array = new Uint8Array();
  const folders = new Map<string, Uint8Array>();
  while (reader.next()) {
    if (reader.field === 1) root = reader.bytes();
    else if (reader.field === 2) {
      const bytes = reader.bytes();
      folders.set(sha256(bytes), bytes);
    }
  }
  return reader.sound ? unfoldTree(root, folders) : undefined;
}
