import { readDigest } from '../fingerprint/reapi/digest.ts';
import { WireReader } from '../fingerprint/wire-reader.ts';
import type { Digest } from '../model/digest.ts';

/** What any ActionResult names, ours or another tool's. */
export interface ResultReferences {
  /** Files, streams and whatever else is a blob and nothing more. */
  readonly blobs: readonly Digest[];
  /** Blobs that are Tree messages, which name more. */
  readonly trees: readonly Digest[];
  /** Blobs that are Directory messages, each naming more; from results that have no Tree. */
  readonly directories: readonly Digest[];
}

/**
 * ActionResult { output_files 2, output_directories 3, stdout_digest 6, stderr_digest 8 }. Undefined: damaged. A file whose
 * bytes are in the message needs its blob all the same: readers may look for it there.
 */
export function resultReferences(result: Uint8Array): ResultReferences | undefined {
  const reader = new WireReader(result);
  const blobs: Digest[] = [];
  const trees: Digest[] = [];
  const directories: Digest[] = [];
  while (reader.next()) {
    if (reader.field === 2) blobs.push(...digestsIn(reader, 2));
    else if (reader.field === 3) {
      const tree = digestsIn(reader, 3);
      if (tree.length > 0) trees.push(...tree);
      else directories.push(...digestsIn(reader, 5));
    } else if (reader.field === 6 || reader.field === 8) blobs.push(readDigest(reader));
  }
  return reader.sound ? { blobs, trees, directories } : undefined;
}

/** Tree { root 1, children 2 }, Directory { files 1 { digest 2 } }: the files a Tree message names. Undefined: damaged. */
export function treeReferences(tree: Uint8Array): readonly Digest[] | undefined {
  const reader = new WireReader(tree);
  const found: Digest[] = [];
  while (reader.next())
    if (reader.field === 1 || reader.field === 2) found.push(...filesIn(reader.message()));
  return reader.sound ? found : undefined;
}

function filesIn(directory: WireReader): Digest[] {
  const found: Digest[] = [];
  while (directory.next()) if (directory.field === 1) found.push(...digestsIn(directory, 2));
  return found;
}

function digestsIn(parent: WireReader, field: number): Digest[] {
  const reader = parent.message();
  const found: Digest[] = [];
  while (reader.next()) if (reader.field === field) found.push(readDigest(reader));
  return found;
}
