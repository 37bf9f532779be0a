import { copyFileSync, lstatSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { digestFile } from '../../fingerprint/digest-bytes.ts';
import { COPY_LIST, type CopyList, readCopyList, writeCopyList } from './copy-list.ts';

/** The files that belong into a folder: name = where it is copied from. */
export type Copies = ReadonlyMap<string, string>;

/** What stays as it is, by name: files that are somebody else's, and copies that somebody has edited. */
export interface Spared {
  readonly others: readonly string[];
  readonly edited: readonly string[];
}

/** Makes a folder hold the copies, and no earlier ones. */
export function placeCopies(folder: string, copies: Copies): Spared {
  const before = readCopyList(folder);
  if (copies.size === 0 && before.size === 0) return { others: [], edited: [] };
  const wanted = new Map([...copies].map(([name, from]) => [name, digestFile(from).hash] as const));
  const edited = [...before].flatMap(([name, known]) => {
    const now = wanted.get(name);
    return isEdited(folder, name, now === undefined ? known : new Set([...known, now]), known) ? [name] : [];
  });
  const gone = [...before.keys()].filter((name) => !copies.has(name) && !edited.includes(name));
  for (const name of gone) if (isPlainFolder(folder, dirname(name))) removeFile(join(folder, name));
  const others = [...copies.keys()].filter((name) => !edited.includes(name) && !isOurs(folder, name, before));
  const names = [...wanted].filter(([name]) => !others.includes(name) && !edited.includes(name));
  // Listed before they are there: whoever is killed in between has not made files that belong to nobody.
  const either = names.map(([name, hash]) => [name, new Set([...(before.get(name) ?? []), hash])] as const);
  writeCopyList(folder, new Map([...before, ...either]));
  for (const [name] of names) placeCopy(copies.get(name) ?? '', join(folder, name));
  const left = [...before].filter(([name]) => edited.includes(name));
  writeCopyList(folder, new Map([...left, ...names.map(([name, hash]) => [name, new Set([hash])] as const)]));
  return { others, edited: edited.filter((name) => copies.has(name)) };
}

/** Whole or not at all; never through a link or into another's hard link. */
export function placeCopy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  const temporary = join(dirname(to), '.recomp-copying');
  rmSync(temporary, { force: true });
  copyFileSync(from, temporary);
  // A folder of links is not what a file's name is given to.
  rmSync(to, { force: true });
  renameSync(temporary, to);
}

/** Nothing is there, or what an earlier run copied; and the way to it leads through no link. */
function isOurs(folder: string, name: string, before: CopyList): boolean {
  if (name === COPY_LIST || name.includes('\n') || !isPlainFolder(folder, dirname(name))) return false;
  const there = lstatSync(join(folder, name), { throwIfNoEntry: false });
  return there === undefined || (before.has(name) && !there.isDirectory());
}

/** It was copied there, and is none of what it may be. Lists of earlier versions know no digests. */
function isEdited(
  folder: string,
  name: string,
  may: ReadonlySet<string>,
  known: ReadonlySet<string>,
): boolean {
  if (known.size === 0 || !isPlainFolder(folder, dirname(name))) return false;
  const there = lstatSync(join(folder, name), { throwIfNoEntry: false });
  if (there === undefined || there.isDirectory()) return false;
  return !there.isFile() || !may.has(digestFile(join(folder, name)).hash);
}

function removeFile(file: string): void {
  if (lstatSync(file, { throwIfNoEntry: false })?.isDirectory() === false) rmSync(file);
}

/** Each part of a path below a folder is a folder itself, or not there yet. */
function isPlainFolder(folder: string, path: string): boolean {
  if (path === '.') return true;
  const there = lstatSync(join(folder, path), { throwIfNoEntry: false });
  return there?.isDirectory() !== false && isPlainFolder(folder, dirname(path));
}
