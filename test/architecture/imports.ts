import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Import {
  /** Workspace-relative file. */
  readonly from: string;
  /** As written. */
  readonly spec: string;
  /** The file it leads to; undefined: a package or one of node's own modules. */
  readonly to?: string;
  readonly kind: 'value' | 'type' | 'dynamic';
}

/** Every import of the sources, types included: read as text, because compilers drop what is only a type. */
export function allImports(folders: readonly string[] = ['src', 'rules']): Import[] {
  return folders
    .flatMap((folder) => sourceFiles(folder))
    .flatMap((file) => importsOf(file, readFileSync(join(ROOT, file), 'utf8')));
}

export const sourceFiles = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();

const STATEMENT = /^[ \t]*(import|export)\b(?:([^'";]*?)\bfrom\s*)?\s*(['"])([^'"\n]+)\3/gm;
const DYNAMIC = /\bimport\s*\(\s*(['"`])([^'"`$]+)\1\s*[,)]/g;

export function importsOf(file: string, text: string): Import[] {
  const code = text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    .replace(/(^|\s)\/\/[^\n]*/g, '$1');
  const found: Import[] = [];
  for (const [, word, clause, , spec = ''] of code.matchAll(STATEMENT)) {
    if (clause === undefined && word === 'export') continue;
    found.push(edge(file, spec, isTypeOnly(clause ?? '') ? 'type' : 'value'));
  }
  for (const [, , spec = ''] of code.matchAll(DYNAMIC)) found.push(edge(file, spec, 'dynamic'));
  return found;
}

/** `import type …`, or a list in which every name says `type`. */
function isTypeOnly(clause: string): boolean {
  if (/^\s*type\b(?!\s*,)/.test(clause)) return true;
  const names = /^\s*\{([^}]*)\}\s*$/
    .exec(clause)?.[1]
    ?.split(',')
    .filter((name) => name.trim() !== '');
  return names !== undefined && names.length > 0 && names.every((name) => /^\s*type\s/.test(name));
}

function edge(from: string, spec: string, kind: Import['kind']): Import {
  if (!spec.startsWith('.')) return { from, spec, kind };
  return { from, spec, kind, to: posix.normalize(posix.join(posix.dirname(from), spec)) };
}

/** What is loaded at once with this file: values only, dynamic imports left out. */
export function loadedWith(
  entry: string,
  imports: readonly Import[],
): { files: Set<string>; packages: Map<string, string> } {
  const byFile = groupByFrom(imports);
  const files = new Set([entry]);
  const packages = new Map<string, string>();
  for (const file of files) {
    for (const { kind, spec, to } of byFile.get(file) ?? []) {
      if (kind !== 'value') continue;
      if (to !== undefined) files.add(to);
      else if (!spec.startsWith('node:') && !packages.has(packageName(spec)))
        packages.set(packageName(spec), file);
    }
  }
  return { files, packages };
}

const packageName = (spec: string): string =>
  spec
    .split('/')
    .slice(0, spec.startsWith('@') ? 2 : 1)
    .join('/');

/** One cycle of files, if there is any. */
export function findCycle(imports: readonly Import[]): string[] | undefined {
  const next = groupByFrom(imports.filter((i) => i.to !== undefined && i.kind !== 'dynamic'));
  const state = new Map<string, 'open' | 'done'>();
  const path: string[] = [];
  const visit = (file: string): string[] | undefined => {
    if (state.get(file) === 'done') return undefined;
    if (state.get(file) === 'open') return [...path.slice(path.indexOf(file)), file];
    state.set(file, 'open');
    path.push(file);
    for (const { to } of next.get(file) ?? []) {
      const cycle = to === undefined ? undefined : visit(to);
      if (cycle) return cycle;
    }
    path.pop();
    state.set(file, 'done');
    return undefined;
  };
  for (const file of next.keys()) {
    const cycle = visit(file);
    if (cycle) return cycle;
  }
  return undefined;
}

function groupByFrom(imports: readonly Import[]): Map<string, Import[]> {
  const groups = new Map<string, Import[]>();
  for (const one of imports) {
    const group = groups.get(one.from);
    if (group) group.push(one);
    else groups.set(one.from, [one]);
  }
  return groups;
}
