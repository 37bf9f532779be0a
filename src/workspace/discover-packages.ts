import type { Diagnostic } from '../base/diagnostic.ts';
import { sorted } from '../base/order.ts';
import type { FolderEntry, WorkspaceReader } from '../ports/file-reader.ts';
import { compileGlob, type Glob, matchesGlob } from './glob.ts';
import { isSkippedFolder, joinPath, PACKAGE_FILES, WORKSPACE_FILE } from './safe-path.ts';

/** The folders that are packages, in code-point order. Links to folders are not followed. */
export function discoverPackages(
  reader: WorkspaceReader,
  ignoreGlobs: readonly string[],
  underDir = '',
): { readonly packages: readonly string[]; readonly diagnostics: readonly Diagnostic[] } {
  const ignored = ignoreMatcher(ignoreGlobs);
  const packages: string[] = [];
  const diagnostics: Diagnostic[] = [];
  const waiting = [underDir];
  for (let dir = waiting.pop(); dir !== undefined; dir = waiting.pop()) {
    const entries = reader.list(dir);
    if (entries === undefined) {
      if (dir !== underDir) diagnostics.push(unreadable(dir));
      continue;
    }
    if (dir !== '' && holds(entries, WORKSPACE_FILE)) continue;
    if (PACKAGE_FILES.some((name) => holds(entries, name) && !ignored(joinPath(dir, name))))
      packages.push(dir);
    for (const { name, kind } of entries) {
      if (kind !== 'dir' || isSkippedFolder(name)) continue;
      const path = joinPath(dir, name);
      if (!ignored(path)) waiting.push(path);
    }
  }
  return { packages: sorted(packages), diagnostics };
}

/** Whether `[workspace] ignore` names a path. Bad globs have been reported with the configuration. */
export function ignoreMatcher(globs: readonly string[]): (path: string) => boolean {
  const compiled: Glob[] = [];
  for (const text of globs) {
    const glob = compileGlob(text);
    if (glob.ok) compiled.push(glob.value);
  }
  return (path) => compiled.some((glob) => matchesGlob(glob, path, true));
}

/** Whether a folder listing makes its folder a package, or a workspace of its own: either way others end here. */
export const isBoundary = (entries: readonly FolderEntry[]): boolean =>
  holds(entries, WORKSPACE_FILE) || PACKAGE_FILES.some((name) => holds(entries, name));

const holds = (entries: readonly FolderEntry[], name: string): boolean =>
  entries.some((e) => e.name === name && (e.kind === 'file' || e.kind === 'link'));

const unreadable = (dir: string): Diagnostic => ({
  severity: 'warning',
  code: 'unreadable-folder',
  message: `the folder ${dir} cannot be read, and is left out`,
  help: 'make it readable, or name it in `[workspace] ignore` of recomp.toml',
});
