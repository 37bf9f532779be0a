import { sortedBy } from '../base/order.ts';
import type { FolderEntry, PathKind, WorkspaceReader } from '../ports/file-reader.ts';
import { isBoundary } from './discover-packages.ts';
import { acceptsAt, type Glob, type GlobState, isOpenAt, matchesGlob, stepGlob } from './glob.ts';
import { isSkippedFolder, joinPath } from './safe-path.ts';

export interface GlobRequest {
  readonly include: readonly Glob[];
  readonly exclude: readonly Glob[];
  /** Folders of the workspace that are never looked into. */
  readonly ignored?: (path: string) => boolean;
}

export interface GlobFiles {
  /** Workspace-relative, in code-point order. */
  readonly files: readonly string[];
  /** Links that match and cannot be taken. */
  readonly bad: readonly { readonly path: string; readonly kind: PathKind }[];
}

/**
 * The files of one package that match. Folders of other packages, links to folders, `recomp-out` and `node_modules` are
 * not entered.
 */
export function expandGlob(reader: WorkspaceReader, packageDir: string, request: GlobRequest): GlobFiles {
  const files: string[] = [];
  const bad: { path: string; kind: PathKind }[] = [];
  walk(reader, packageDir, request, (path, entry) => {
    const kind = entry.kind === 'link' ? reader.kind(path) : entry.kind;
    if (kind === 'file') files.push(path);
    else if (kind !== 'dir') bad.push({ path, kind });
  });
  return { files: sortedBy(files, (f) => f), bad: sortedBy(bad, (b) => b.path) };
}

/** A folder to be looked into, and where each glob stands there; absent: that glob is out. */
interface Waiting {
  readonly dir: string;
  /** The same, as the globs see it: relative to the package. */
  readonly rel: string;
  readonly states: readonly (GlobState | undefined)[];
}

type Visit = (path: string, entry: FolderEntry) => void;

function walk(reader: WorkspaceReader, packageDir: string, request: GlobRequest, visit: Visit): void {
  const waiting: Waiting[] = [{ dir: packageDir, rel: '', states: request.include.map((g) => g.start) }];
  for (let here = waiting.pop(); here !== undefined; here = waiting.pop()) {
    const entries = reader.list(here.dir);
    if (entries === undefined || (here.rel !== '' && isBoundary(entries))) continue;
    for (const entry of entries) {
      if (entry.kind === 'dir') {
        const below = enter(here, entry.name, request);
        if (below !== undefined) waiting.push(below);
      } else if (takes(here, entry.name, request)) visit(joinPath(here.dir, entry.name), entry);
    }
  }
}

function takes(here: Waiting, name: string, { include, exclude }: GlobRequest): boolean {
  for (const [i, glob] of include.entries()) {
    const before = here.states[i];
    const state = before === undefined ? undefined : stepGlob(glob, before, name, false);
    if (state === undefined || !acceptsAt(glob, state)) continue;
    const rel = joinPath(here.rel, name);
    return !exclude.some((g) => matchesGlob(g, rel, true));
  }
  return false;
}

function enter(here: Waiting, name: string, { include, ignored }: GlobRequest): Waiting | undefined {
  if (isClosed(name)) return undefined;
  const dir = joinPath(here.dir, name);
  let open = false;
  const states = include.map((glob, i) => {
    const before = here.states[i];
    const state = before === undefined ? undefined : stepGlob(glob, before, name, false);
    if (state === undefined || !isOpenAt(glob, state)) return undefined;
    open = true;
    return state;
  });
  return open && ignored?.(dir) !== true ? { dir, rel: joinPath(here.rel, name), states } : undefined;
}

/** Other folders whose name starts with a dot are entered if a glob says so. */
const isClosed = (name: string): boolean =>
  name === '.recomp' || name === '.git' || (isSkippedFolder(name) && !name.startsWith('.'));
