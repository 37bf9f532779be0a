import { readdirSync, readlinkSync, statSync } from 'node:fs';

export interface ListedFile {
  /** Relative to what was listed, or the file's own name. */
  readonly name: string;
  readonly path: string;
}

export interface FileList {
  readonly files: readonly ListedFile[];
  /** Links to folders, which are not entered. */
  readonly links: readonly { readonly name: string; readonly target: string }[];
  readonly folders: readonly string[];
  /** What must be visible for these files to be: the folder listed, or the file. */
  readonly roots: readonly string[];
}

/** The files that an absolute path, folder or pattern (`*`, `?`, `**`) stands for. Nothing there: an empty list. */
export function listFiles(pattern: string): FileList {
  const segments = pattern.split('/');
  const magic = segments.findIndex((s) => /[*?]/.test(s));
  const base = magic < 0 ? pattern : segments.slice(0, magic).join('/') || '/';
  const found = {
    files: [] as ListedFile[],
    links: [] as { name: string; target: string }[],
    folders: [] as string[],
  };
  const stat = statSync(base, { throwIfNoEntry: false });
  if (!stat) return { ...found, roots: [] };
  if (!stat.isDirectory()) return { ...found, files: [{ name: lastName(base), path: base }], roots: [base] };
  walk(base, '', found);
  if (magic < 0) return { ...found, roots: [base] };
  const wanted = patternToRegExp(segments.slice(magic).join('/'));
  const files = found.files.filter((f) => wanted.test(f.name));
  const roots = files.length > ROOTS_MAX ? [base] : files.map((f) => f.path);
  return { files, links: found.links.filter((l) => wanted.test(l.name)), folders: found.folders, roots };
}

/** More single files than this are made visible by their folder. */
const ROOTS_MAX = 32;
const FILES_MAX = 500_000;

interface Found {
  readonly files: ListedFile[];
  readonly links: { name: string; target: string }[];
  readonly folders: string[];
}

function walk(base: string, rel: string, found: Found): void {
  const folder = rel === '' ? base : `${base}/${rel}`;
  found.folders.push(folder);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const name = rel === '' ? entry.name : `${rel}/${entry.name}`;
    const path = `${base}/${name}`;
    if (entry.isDirectory()) walk(base, name, found);
    else if (entry.isFile()) found.files.push({ name, path });
    else if (entry.isSymbolicLink()) {
      const stat = statSync(path, { throwIfNoEntry: false });
      if (stat?.isFile()) found.files.push({ name, path });
      else if (stat) found.links.push({ name, target: readlinkSync(path) });
    }
    if (found.files.length > FILES_MAX) throw new Error(`too many files below ${base}`);
  }
}

export function patternToRegExp(pattern: string): RegExp {
  const parts = pattern
    .split('/')
    .map((segment) =>
      segment === '**'
        ? '**'
        : segment.replace(/[\\^$.*+?()[\]{}|]/g, (c) =>
            c === '*' ? '[^/]*' : c === '?' ? '[^/]' : `\\${c}`,
          ),
    );
  const text = parts
    .map((part, i) =>
      part === '**'
        ? i === parts.length - 1
          ? '.+'
          : '(?:[^/]+/)*'
        : i === parts.length - 1
          ? part
          : `${part}/`,
    )
    .join('');
  return new RegExp(`^${text}$`);
}

const lastName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
