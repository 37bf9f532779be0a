import { readDirectory } from '../../fingerprint/reapi/directory.ts';
import type { Digest } from '../../model/digest.ts';
import { resultReferences, treeReferences } from '../../protocol/result-references.ts';

/** What a result needs, as far as the blobs that are there tell: one that is gone hides what it names. */
export interface ResultNeeds {
  readonly present: readonly Digest[];
  readonly missing: readonly Digest[];
}

/** The blobs that tell of other blobs are read whole: no honest result has more of them. */
const MAX_TREE_BYTES = 16 * 1024 * 1024;
/** Folders and files that one result may name; more are no honest result either. */
const MAX_NEEDS = 2_000_000;

export interface BlobLookup {
  has(digest: Digest): boolean;
  read(digest: Digest): Uint8Array | undefined;
}

/** Follows an ActionResult message to every blob without which it is of no use. Undefined: damaged, or beyond all bounds. */
export function resultNeeds(message: Uint8Array, blobs: BlobLookup): ResultNeeds | undefined {
  const named = resultReferences(message);
  if (named === undefined) return undefined;
  const files = [...named.blobs];
  const found = { present: [] as Digest[], missing: [] as Digest[] };
  let treeBytes = 0;
  for (const digest of unique(named.trees)) {
    treeBytes += digest.size;
    const bytes = treeBytes <= MAX_TREE_BYTES ? blobs.read(digest) : undefined;
    const inside = bytes && treeReferences(bytes);
    (inside ? found.present : found.missing).push(digest);
    for (const file of inside ?? []) files.push(file);
    if (files.length > MAX_NEEDS) return undefined;
  }
  if (!walkDirectories(named.directories, blobs, files, found)) return undefined;
  for (const digest of files) (blobs.has(digest) ? found.present : found.missing).push(digest);
  return found;
}

/** For results that name folders by their Directory messages alone. */
function walkDirectories(
  roots: readonly Digest[],
  blobs: BlobLookup,
  files: Digest[],
  found: { present: Digest[]; missing: Digest[] },
): boolean {
  const waiting = [...roots];
  const seen = new Set<string>();
  let bytesRead = 0;
  for (let digest = waiting.pop(); digest !== undefined; digest = waiting.pop()) {
    if (seen.has(digest.hash)) continue;
    seen.add(digest.hash);
    bytesRead += digest.size;
    const bytes = bytesRead <= MAX_TREE_BYTES ? blobs.read(digest) : undefined;
    const directory = bytes && readDirectory(bytes);
    (directory ? found.present : found.missing).push(digest);
    for (const child of directory?.directories ?? []) waiting.push(child.digest);
    for (const file of directory?.files ?? []) files.push(file.digest);
    if (files.length + seen.size + waiting.length > MAX_NEEDS) return false;
  }
  return true;
}

const unique = (digests: readonly Digest[]): Iterable<Digest> =>
  new Map(digests.map((digest) => [`${digest.hash}/${digest.size}`, digest])).values();
