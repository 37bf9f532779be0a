import type { SeenEntry, SeenKind, Signature } from './seen-entry.ts';
import { DOUBTFUL, isFolder, KIND, KIND_CODES, ONLY_TYPE, WORDS } from './seen-words.ts';

/**
 * The verifying trace of one request: every path the last build of it looked at, with what `lstat` said. When all still
 * match, nothing can have changed and no graph needs to be built. It imports nothing of recomp but its own parts, so that this
 * answer costs little more than the stat calls.
 */
export interface SeenTable {
  /** Free for the caller; must be JSON. */
  readonly header: unknown;
  readonly paths: readonly string[];
  /** The same in UTF-8, each with a NUL behind it: as they lie in a file, from which `paths` are made only when asked for. */
  readonly packed?: Uint8Array;
  readonly kinds: Uint8Array;
  readonly signatures: Float64Array;
  /** Entry `i`'s users are those from `userStarts[i]` up to `userStarts[i + 1]`. */
  readonly userStarts: Uint32Array;
  readonly users: Uint32Array;
  /** Absent: it lies in no file. */
  readonly stored?: StoredSeen;
}

/** How a table, or an earlier state of it, lies in its file. */
export interface StoredSeen extends FileMark, Pick<SeenTable, 'header' | 'users' | 'kinds' | 'signatures'> {
  /** Of what was put behind it since it was written. */
  readonly length: number;
  readonly seal: Uint8Array;
  /** Lines that stand for those of the file beside it. */
  readonly lines: ReadonlyMap<number, string>;
}

/** By which a file is known to be the one that was read or written last. */
export interface FileMark {
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
}

export const kindOf = (table: SeenTable, index: number): SeenKind =>
  KIND_CODES[(table.kinds[index] ?? 0) & KIND] ?? 'load';

export const packedPaths = ({ packed, paths }: SeenTable): Uint8Array =>
  packed ?? Buffer.from(paths.map((path) => `${path}\0`).join(''), 'utf8');

/** It is a folder whose entries were read. */
export const isListing = (table: SeenTable, index: number): boolean =>
  ((table.kinds[index] ?? 0) & ONLY_TYPE) === 0 && isFolder(table.signatures, index * WORDS);

/** The actions that have to do with these entries. */
export function usersOf(table: SeenTable, indexes: readonly number[]): Set<number> {
  const found = new Set<number>();
  for (const i of indexes)
    for (const user of table.users.subarray(table.userStarts[i], table.userStarts[i + 1])) found.add(user);
  return found;
}

/** The entries of one kind, to be taken over into the next table. */
export function heldEntries(table: SeenTable, kind: SeenKind): SeenEntry[] {
  return table.paths.flatMap((path, i): SeenEntry[] => {
    if (kindOf(table, i) !== kind) return [];
    return [
      {
        path,
        kind,
        type: 'file',
        held: { code: table.kinds[i] ?? 0, words: table.signatures.subarray(i * WORDS, i * WORDS + WORDS) },
      },
    ];
  });
}

/** One entry's signature as stored; undefined: nothing was there, or it is not a whole one. */
export function storedSignature(table: SeenTable, index: number): Signature | undefined {
  const [size = -1, mtimeMs = 0, ctimeMs = 0, ino = 0, mode = 0] = table.signatures.subarray(
    index * WORDS,
    index * WORDS + WORDS,
  );
  return size < 0 || ((table.kinds[index] ?? 0) & (ONLY_TYPE | DOUBTFUL)) !== 0
    ? undefined
    : { size, mtimeMs, ctimeMs, ino, mode };
}
