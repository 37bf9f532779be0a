import { getOrMake } from '../../base/get-or-make.ts';

/** One path that a build looked at. */
export interface WatchedPath {
  /** Absolute. */
  readonly path: string;
  /** Its number in the table of what was seen. */
  readonly index: number;
  /** Its entries were read, not only that it is there. */
  readonly isListed: boolean;
}

/** Which folders have to be followed, and what a hint from one of them may be about. */
export interface WatchedPaths {
  /** To be followed. Those above what lies in the workspace are among them: a whole folder may be moved. */
  readonly folders: ReadonlySet<string>;
  /** Numbers of what has to be looked at again. */
  about(folder: string, name: string): readonly number[];
  /** Everything there and below. */
  below(path: string): readonly number[];
  /** Something that is followed, or would be if it were there, is here or further down. */
  leadsTo(path: string): boolean;
}

export function watchedPaths(root: string, paths: readonly WatchedPath[]): WatchedPaths {
  const byPath = new Map<string, number[]>();
  const folders = new Set<string>();
  const above = new Set<string>();
  for (const { path, index, isListed } of paths) {
    getOrMake(byPath, path, () => []).push(index);
    const home = isListed ? path : parentOf(path);
    addChain(root, home, folders, above);
    if (isListed && path !== root) addChain(root, parentOf(path), folders, above);
  }
  folders.add(root);
  const below = (path: string): readonly number[] => {
    const start = path === '/' ? '/' : `${path}/`;
    return paths.flatMap((one) => (one.path === path || one.path.startsWith(start) ? [one.index] : []));
  };
  return {
    folders,
    below,
    about(folder, name) {
      const path = folder === '/' ? `/${name}` : `${folder}/${name}`;
      if (above.has(path)) return [...below(path), ...(byPath.get(folder) ?? [])];
      return [...(byPath.get(path) ?? []), ...(byPath.get(folder) ?? [])];
    },
    leadsTo: (path) => above.has(path),
  };
}

/** In the workspace a folder is followed with all above it; elsewhere only itself. */
function addChain(root: string, folder: string, folders: Set<string>, above: Set<string>): void {
  const inside = folder === root || folder.startsWith(`${root}/`);
  folders.add(folder);
  for (let at = folder; !above.has(at); at = parentOf(at)) {
    above.add(at);
    if (inside && (at === root || at.startsWith(`${root}/`))) folders.add(at);
    if (at === '/') break;
  }
}

export const parentOf = (path: string): string => {
  const cut = path.lastIndexOf('/');
  return cut <= 0 ? '/' : path.slice(0, cut);
};
