import { copyFileSync, lstatSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';

/** Lists what was copied into a folder, so that the next run can take away what is no longer made, and nothing else. */
const LIST = '.recomp-copied';

/** The files that belong into a folder: name = where it is copied from. */
export type Copies = ReadonlyMap<string, string>;

/** Makes a folder hold the copies, and no earlier ones; the names that are somebody else's files, which stay what they are. */
export function placeCopies(folder: string, copies: Copies): string[] {
  const before = readList(join(folder, LIST));
  if (copies.size === 0 && before.size === 0) return [];
  for (const name of before)
    if (!copies.has(name) && isPlainFolder(folder, dirname(name))) removeFile(join(folder, name));
  const others = [...copies.keys()].filter((name) => !isOurs(folder, name, before));
  const names = [...copies.keys()].filter((name) => !others.includes(name));
  // Listed before they are there: whoever is killed in between has not made files that belong to nobody.
  writeList(folder, [...new Set([...before, ...names])]);
  for (const name of names) placeCopy(copies.get(name) ?? '', join(folder, name));
  writeList(folder, names);
  return others;
}

/** Never through a link or into another's hard link. */
export function placeCopy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  rmSync(to, { force: true });
  copyFileSync(from, to);
}

/** Nothing is there, or what an earlier run copied; and the way to it leads through no link. */
function isOurs(folder: string, name: string, before: ReadonlySet<string>): boolean {
  if (name === LIST || name.includes('\n') || !isPlainFolder(folder, dirname(name))) return false;
  const there = lstatSync(join(folder, name), { throwIfNoEntry: false });
  return there === undefined || (before.has(name) && !there.isDirectory());
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

/** Somebody may have written anything there. */
function readList(file: string): ReadonlySet<string> {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return new Set();
  const names = readFileSync(file, 'utf8').split('\n');
  return new Set(names.filter((name) => name !== '' && !isAbsolute(name) && !name.split('/').includes('..')));
}

function writeList(folder: string, names: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, LIST);
  rmSync(file, { force: true });
  writeFileSync(file, names.map((name) => `${name}\n`).join(''));
}
