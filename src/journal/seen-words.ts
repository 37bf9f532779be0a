import { lstatSync, type Stats, statSync } from 'node:fs';
import type { SeenKind, Signature } from './seen-entry.ts';

/** How an entry is kept: a code, and a few numbers that are compared one by one. */
export const WORDS = 5;
export const KIND_CODES: readonly SeenKind[] = ['load', 'source', 'output'];
export const LOAD = KIND_CODES.indexOf('load');
const OUTPUT = KIND_CODES.indexOf('output');
export const KIND = 3;
export const DOUBTFUL = 8;
export const ONLY_TYPE = 16;
export const WHOLE = 32;
/** In place of a folder's time: none is right, and its entries decide. */
export const NO_TIME = -1;
const S_IFMT = 0o170000;
export const S_IFDIR = 0o040000;
export const S_IFREG = 0o100000;

/** What is compared of a path, by its code. */
export function lookInto(path: string, code: number, into: Float64Array, at: number): void {
  const stat = lookAt(path, code);
  if (stat) fill(stat, code, into, at);
  else into.fill(-1, at, at + WORDS);
}

export function lookAt(path: string, code: number): Stats | undefined {
  try {
    return (code & KIND) === OUTPUT ? lstatSync(path, ABSENT) : statSync(path, ABSENT);
  } catch {
    // A file where a folder was, a loop of links: not what it was, and nothing more needs to be known.
    return undefined;
  }
}

const ABSENT = { throwIfNoEntry: false } as const;

export function fill(stat: Signature, code: number, into: Float64Array, at: number): void {
  const asFolder = isFolderMode(stat.mode);
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

export const isFolderMode = (mode: number): boolean => (mode & S_IFMT) === S_IFDIR;

/** Of the words that begin at `at`. */
export const isFolder = (words: Float64Array, at: number): boolean => isFolderMode(words[at + 4] ?? 0);

export const absolute = (root: string, path: string): string =>
  path.startsWith('/') ? path : path === '' ? root : `${root}/${path}`;
