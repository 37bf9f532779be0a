import { createHash } from 'node:crypto';
import {
  type Dirent,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';

/**
 * The verifying trace of one request: every path the last build of it looked at, with what `lstat` said. When all still
 * match, nothing can have changed and no graph needs to be built. It imports nothing of recomp, so that this answer costs little
 * more than the stat calls. A table that is torn or foreign reads as absent.
 */
export type SeenKind = 'load' | 'source' | 'output';

export interface SeenEntry {
  /** Absolute, or relative to the workspace. */
  readonly path: string;
  readonly kind: SeenKind;
  /**
   * `file`: unchanged content. `dir`: unchanged list of entries, but for folders that no workspace has to do with; `whole-dir`: of
   * all entries. `is-file`, `is-dir`, `missing`: still that. Outputs are looked at themselves; elsewhere links are followed.
   */
  readonly type: 'file' | 'dir' | 'whole-dir' | 'is-file' | 'is-dir' | 'missing';
  /** What is known of it; absent: it is looked at now. */
  readonly signature?: Signature;
  /** Never trusted: hashed so soon after its last change that an edit could hide behind an equal signature. */
  readonly doubtful?: boolean;
  /** Of a folder: the number of the entries that were read (`listingNumber`); absent: they are read now. */
  readonly listing?: number;
  /** It was read, and so was there: if it is gone by now, that is a change. */
  readonly wasThere?: boolean;
  /** Where it is looked at only now: doubtful if it changed after this (ms since the epoch). */
  readonly youngAfter?: number;
  /** Numbers of the actions that have to do with it; free for the caller. */
  readonly users?: readonly number[];
  /** Taken over from an older table as it stood there. */
  readonly held?: { readonly code: number; readonly words: Float64Array };
}

export interface Signature {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
  readonly mode: number;
}

export interface SeenTable {
  /** Free for the caller; must be JSON. */
  readonly header: unknown;
  readonly paths: readonly string[];
  readonly kinds: Uint8Array;
  readonly signatures: Float64Array;
  /** Entry `i`'s users are those from `userStarts[i]` up to `userStarts[i + 1]`. */
  readonly userStarts: Uint32Array;
  readonly users: Uint32Array;
}

const MAGIC = 'recomp-seen-4\n';
const WORDS = 5;
/** Four lengths. */
const HEAD = 16;
const KIND_CODES: readonly SeenKind[] = ['load', 'source', 'output'];
const LOAD = KIND_CODES.indexOf('load');
const OUTPUT = KIND_CODES.indexOf('output');
const DOUBTFUL = 8;
const ONLY_TYPE = 16;
const WHOLE = 32;
const S_IFMT = 0o170000;
const S_IFDIR = 0o040000;
const S_IFREG = 0o100000;

/** What is compared of a path, by its code. */
function lookInto(path: string, code: number, into: Float64Array, at: number): void {
  const stat = lookAt(path, code);
  if (stat) fill(stat, code, into, at);
  else into.fill(-1, at, at + WORDS);
}

function lookAt(path: string, code: number): Stats | undefined {
  try {
    return (code & 3) === OUTPUT ? lstatSync(path, ABSENT) : statSync(path, ABSENT);
  } catch {
    // A file where a folder was, a loop of links: not what it was, and nothing more needs to be known.
    return undefined;
  }
}

const ABSENT = { throwIfNoEntry: false } as const;

function fill(stat: Signature, code: number, into: Float64Array, at: number): void {
  const asFolder = (stat.mode & S_IFMT) === S_IFDIR;
  if ((code & ONLY_TYPE) !== 0) {
    into.fill(0, at, at + WORDS);
    into[at + 4] = stat.mode & S_IFMT;
    return;
  }
  into[at] = asFolder ? 0 : stat.size;
  into[at + 1] = stat.mtimeMs;
  into[at + 2] = asFolder ? 0 : stat.ctimeMs;
  into[at + 3] = stat.ino;
  into[at + 4] = stat.mode;
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

/** The actions that have to do with these entries. */
export function usersOf(table: SeenTable, indexes: readonly number[]): Set<number> {
  const found = new Set<number>();
  for (const i of indexes)
    for (const user of table.users.subarray(table.userStarts[i], table.userStarts[i + 1])) found.add(user);
  return found;
}

/** New signatures for some entries; `undefined` makes one doubtful. */
export function withSignatures(
  table: SeenTable,
  header: unknown,
  changed: ReadonlyMap<number, Signature | undefined>,
): SeenTable {
  const kinds = table.kinds.slice();
  const signatures = table.signatures.slice();
  for (const [i, signature] of changed) {
    const code = (kinds[i] ?? 0) & ~DOUBTFUL;
    kinds[i] = signature ? code : code | DOUBTFUL;
    if (signature) fill(signature, code, signatures, i * WORDS);
  }
  return { ...table, header, kinds, signatures };
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
  const code = entry.type === 'whole-dir' ? base | WHOLE : base;
  const stat = entry.signature ?? lookAt(absolute(root, entry.path), code);
  if (stat) fill(stat, code, signatures, at);
  else signatures.fill(-1, at, at + WORDS);
  if (!stat && entry.wasThere) return code | DOUBTFUL;
  if (stat && isLoadedFolder(entry))
    signatures[at + 2] = entry.listing ?? listingOf(absolute(root, entry.path), code);
  if (!isYoung(stat, entry)) return code;
  if (entry.listing === undefined) return code | DOUBTFUL;
  // What was read is known, only not whether it still is so: no time is right, and the entries decide.
  signatures[at + 1] = NO_TIME;
  return code;
}

const NO_TIME = -1;

const isLoadedFolder = ({ type, kind }: SeenEntry): boolean =>
  kind === 'load' && (type === 'dir' || type === 'whole-dir');

function isYoung(
  stat: Signature | undefined,
  { signature, youngAfter = Number.POSITIVE_INFINITY }: SeenEntry,
): boolean {
  if (!stat || signature) return false;
  const isFolder = (stat.mode & S_IFMT) === S_IFDIR;
  return stat.mtimeMs > youngAfter || (!isFolder && stat.ctimeMs > youngAfter);
}

export const kindOf = (table: SeenTable, index: number): SeenKind =>
  KIND_CODES[(table.kinds[index] ?? 0) & 3] ?? 'load';

/** The table with these entries as they are now, whatever they were. */
export function lookedAt(root: string, table: SeenTable, indexes: Iterable<number>): SeenTable {
  const signatures = table.signatures.slice();
  for (const i of indexes) {
    const path = absolute(root, table.paths[i] ?? '');
    lookInto(path, table.kinds[i] ?? 0, signatures, i * WORDS);
    if (isListing(table, i)) signatures[i * WORDS + 2] = listingOf(path, table.kinds[i] ?? 0);
  }
  return { ...table, kinds: table.kinds.map((code) => code & ~DOUBTFUL), signatures };
}

/** It is a folder whose entries were read. */
export const isListing = (table: SeenTable, index: number): boolean =>
  ((table.kinds[index] ?? 0) & ONLY_TYPE) === 0 &&
  ((table.signatures[index * WORDS + 4] ?? 0) & S_IFMT) === S_IFDIR;

export interface Comparison {
  /** Indexes of the entries that are not as they were. */
  readonly changed: readonly number[];
  /** The table with newer times of folders whose entries are the same after all; absent: it needs no refreshing. */
  readonly refreshed?: SeenTable;
}

/** For a process that stays: what it is told of any later change, and what it has reason to look at. */
export interface Attention {
  /** Every later change will be told: however young a folder is, its entries say all there is to know. */
  readonly isTold: true;
  /** Absent: everything. */
  readonly only?: Iterable<number>;
}

export function compareSeen(root: string, table: SeenTable, attention?: Attention): Comparison {
  const now = new Float64Array(WORDS);
  const changed: number[] = [];
  const { paths, kinds, signatures } = table;
  let refreshed: Float64Array | undefined;
  for (const i of attention?.only ?? paths.keys()) {
    const code = kinds[i] ?? 0;
    const path = absolute(root, paths[i] ?? '');
    lookInto(path, code, now, 0);
    const at = i * WORDS;
    const same =
      now[0] === signatures[at] &&
      now[1] === signatures[at + 1] &&
      (now[2] === signatures[at + 2] || isFolder(now)) &&
      now[3] === signatures[at + 3] &&
      now[4] === signatures[at + 4];
    if (same && (code & DOUBTFUL) === 0) continue;
    if (
      (code & (3 | DOUBTFUL)) === LOAD &&
      sameListing(path, code, now, signatures.subarray(at, at + WORDS), attention !== undefined)
    ) {
      refreshed ??= signatures.slice();
      refreshed[at + 1] = isQuiet(now) ? (now[1] ?? 0) : NO_TIME;
      refreshed[at + 2] = signatures[at + 2] ?? 0;
    } else {
      changed.push(i);
    }
  }
  return refreshed ? { changed, refreshed: { ...table, signatures: refreshed } } : { changed };
}

const isFolder = (words: Float64Array): boolean => ((words[4] ?? 0) & S_IFMT) === S_IFDIR;

/** How young a folder's last change may be for another to hide behind the same time. */
const YOUNG_MS = 25;

/** Editors make and rename files while saving: the folder's time moves, but what is in it stays. */
function sameListing(
  path: string,
  code: number,
  now: Float64Array,
  before: Float64Array,
  isTold: boolean,
): boolean {
  const sameFolder = isFolder(now) && now[3] === before[3] && now[4] === before[4];
  return sameFolder && (isTold || isQuiet(now)) && listingOf(path, code) === before[2];
}

const isQuiet = (now: Float64Array): boolean => (now[1] ?? 0) < Date.now() - YOUNG_MS;

function listingOf(folder: string, code: number): number {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return listingNumber(
      entries.map((entry) => ({ name: entry.name, kind: kindOfEntry(entry) })),
      (code & WHOLE) !== 0,
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

export function saveSeen(file: string, table: SeenTable): void {
  const head = Buffer.from(JSON.stringify(table.header), 'utf8');
  const paths = Buffer.from(table.paths.join('\0'), 'utf8');
  const lengths = Buffer.alloc(HEAD);
  lengths.writeUInt32LE(head.length, 0);
  lengths.writeUInt32LE(paths.length, 4);
  lengths.writeUInt32LE(table.paths.length, 8);
  lengths.writeUInt32LE(table.users.length, 12);
  const body = Buffer.concat([
    lengths,
    head,
    paths,
    table.kinds,
    ...[table.signatures, table.userStarts, table.users].map(bytesOf),
  ]);
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, Buffer.concat([Buffer.from(MAGIC), checksum(body), body]));
  renameSync(temporary, file);
}

export function loadSeen(file: string): SeenTable | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    return undefined;
  }
  const start = MAGIC.length + 32;
  if (bytes.length < start + HEAD || bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined;
  const body = bytes.subarray(start);
  if (!checksum(body).equals(bytes.subarray(MAGIC.length, start))) return undefined;
  return decode(body);
}

/** The checksum held, so the lengths are those that were written. */
function decode(body: Buffer): SeenTable {
  const headEnd = HEAD + body.readUInt32LE(0);
  const pathsEnd = headEnd + body.readUInt32LE(4);
  const count = body.readUInt32LE(8);
  const header: unknown = JSON.parse(body.toString('utf8', HEAD, headEnd));
  const text = body.toString('utf8', headEnd, pathsEnd);
  const kinds = body.subarray(pathsEnd, pathsEnd + count);
  const signatures = new Float64Array(count * WORDS);
  const userStarts = new Uint32Array(count + 1);
  const users = new Uint32Array(body.readUInt32LE(12));
  let at = pathsEnd + count;
  for (const array of [signatures, userStarts, users]) {
    // A copy: the file's bytes are not aligned for numbers.
    bytesOf(array).set(body.subarray(at, at + array.byteLength));
    at += array.byteLength;
  }
  return { header, paths: count === 0 ? [] : text.split('\0'), kinds, signatures, userStarts, users };
}

const bytesOf = (array: Float64Array | Uint32Array): Buffer =>
  Buffer.from(array.buffer, array.byteOffset, array.byteLength);

const checksum = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

const absolute = (root: string, path: string): string =>
  path.startsWith('/') ? path : path === '' ? root : `${root}/${path}`;
