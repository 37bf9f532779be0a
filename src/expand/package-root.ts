import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A rule package's entry as an import specifier, and its folder. */
export interface LocatedPackage {
  /** What to import, as seen from the workspace's root. */
  readonly specifier: string;
  /** Absolute, without links; for an installed package only known once it was resolved. */
  readonly root?: string;
}

export const isPathSpec = (spec: string): boolean =>
  spec.startsWith('./') || spec.startsWith('../') || spec.startsWith('/');

/** A path's package is its folder: the file's own, or the one that was named. Returns what is wrong as text. */
export function locatePackage(workspaceRoot: string, spec: string): LocatedPackage | string {
  if (!isPathSpec(spec)) return { specifier: spec };
  const path = resolve(workspaceRoot, spec);
  if (!existsSync(path)) return `${spec} is not there`;
  const real = realpathSync(path);
  if (statSync(real).isFile()) return { specifier: pathToFileURL(real).href, root: dirname(real) };
  const entry = folderEntry(real);
  if (entry === undefined) return `${spec} is a folder without package.json, index.mjs or index.js`;
  return { specifier: pathToFileURL(join(real, entry)).href, root: real };
}

/** Where an installed package begins: the nearest package.json upwards that has a name; some folders have one without. */
export function packageRootOf(file: string): string {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    if (typeof member(readJson(join(folder, 'package.json')), 'name') === 'string') return folder;
  }
  return dirname(file);
}

function folderEntry(folder: string): string | undefined {
  const named = packageEntry(join(folder, 'package.json'));
  return [named, 'index.mjs', 'index.js'].find((f) => f !== undefined && existsSync(join(folder, f)));
}

/** `exports` as far as a folder needs it: one entry. */
function packageEntry(file: string): string | undefined {
  const json = readJson(file);
  return entryOf(member(json, 'exports')) ?? textOf(member(json, 'main'));
}

function entryOf(exports: unknown): string | undefined {
  if (typeof exports === 'string') return exports;
  for (const key of ['.', 'import', 'node', 'default']) {
    const found = entryOf(member(exports, key));
    if (found !== undefined) return found;
  }
  return undefined;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

const member = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
