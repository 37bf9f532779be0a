import { listingOf } from './folder-listing.ts';
import type { SeenEntry, Signature } from './seen-entry.ts';
import type { SeenTable } from './seen-table.ts';
import {
  absolute,
  DOUBTFUL,
  fill,
  isFolderMode,
  KIND_CODES,
  lookAt,
  NO_TIME,
  ONLY_TYPE,
  S_IFDIR,
  S_IFREG,
  WHOLE,
  WORDS,
} from './seen-words.ts';

/** Entries without a signature are looked at now: the caller knows that nothing has touched them since they were read. */
export function takeSeen(root: string, header: unknown, entries: readonly SeenEntry[]): SeenTable {
  const signatures = new Float64Array(entries.length * WORDS);
  const kinds = new Uint8Array(entries.length);
  entries.forEach((entry, i) => {
    kinds[i] = take(root, entry, signatures, i * WORDS);
  });
  return { header, paths: entries.map((e) => e.path), kinds, signatures, ...flatUsers(entries) };
}

function flatUsers(entries: readonly SeenEntry[]): Pick<SeenTable, 'userStarts' | 'users'> {
  const userStarts = new Uint32Array(entries.length + 1);
  entries.forEach((entry, i) => {
    userStarts[i + 1] = (userStarts[i] ?? 0) + (entry.users?.length ?? 0);
  });
  return { userStarts, users: Uint32Array.from(entries.flatMap((entry) => entry.users ?? [])) };
}

/** Fills in one entry's words and gives its code. */
function take(root: string, entry: SeenEntry, signatures: Float64Array, at: number): number {
  if (entry.held) {
    signatures.set(entry.held.words, at);
    return entry.held.code;
  }
  const base = KIND_CODES.indexOf(entry.kind) | (entry.doubtful ? DOUBTFUL : 0);
  if (entry.type === 'missing') {
    signatures.fill(-1, at, at + WORDS);
    return base | ONLY_TYPE;
  }
  if (entry.type === 'is-file' || entry.type === 'is-dir') {
    signatures[at + 4] = entry.type === 'is-dir' ? S_IFDIR : S_IFREG;
    return base | ONLY_TYPE;
  }
  return takeWhole(root, entry, entry.type === 'whole-dir' ? base | WHOLE : base, signatures, at);
}

/** More than its type counts. */
function takeWhole(
  root: string,
  entry: SeenEntry,
  code: number,
  signatures: Float64Array,
  at: number,
): number {
  const stat = entry.signature ?? lookAt(absolute(root, entry.path), code);
  if (stat) fill(stat, code, signatures, at);
  else signatures.fill(-1, at, at + WORDS);
  if (!stat && entry.wasThere) return code | DOUBTFUL;
  if (stat && isLoadedFolder(entry))
    signatures[at + 2] = entry.listing ?? listingOf(absolute(root, entry.path), entry.type === 'whole-dir');
  if (!isYoung(stat, entry)) return code;
  if (entry.listing === undefined) return code | DOUBTFUL;
  // What was read is known, only not whether it still is so: no time is right, and the entries decide.
  signatures[at + 1] = NO_TIME;
  return code;
}

const isLoadedFolder = ({ type, kind }: SeenEntry): boolean =>
  kind === 'load' && (type === 'dir' || type === 'whole-dir');

function isYoung(
  stat: Signature | undefined,
  { signature, youngAfter = Number.POSITIVE_INFINITY }: SeenEntry,
): boolean {
  if (!stat || signature) return false;
  return stat.mtimeMs > youngAfter || (!isFolderMode(stat.mode) && stat.ctimeMs > youngAfter);
}
