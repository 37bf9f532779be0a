import { existsSync, lstatSync, realpathSync } from 'node:fs';
import {
  parentOf,
  type WatchedPath,
  type WatchedPaths,
  watchedPaths,
} from '../../engine/watch/watched-paths.ts';
import { isListing, kindOf, type SeenTable } from '../../journal/seen-table.ts';
import type { FolderWatcher } from '../../ports/folder-watcher.ts';
import type { Hints } from './hint-bag.ts';

/** A watcher that follows what a table of what was seen names, and knows which of its entries a hint is about. */
export class ArmedWatch {
  readonly #root: string;
  readonly #watcher: FolderWatcher;
  #paths: readonly string[] = [];
  #watched: WatchedPaths;
  #followed = 0;
  #files = 0;

  constructor(root: string, watcher: FolderWatcher) {
    this.#root = root;
    this.#watcher = watcher;
    this.#watched = watchedPaths(root, []);
  }

  get size(): { readonly folders: number; readonly files: number } {
    return { folders: this.#followed, files: this.#files };
  }

  /** Numbers of what was not followed before: what has happened to it until now was told to nobody. */
  async arm(table: SeenTable): Promise<readonly number[]> {
    if (table.paths === this.#paths) return [];
    const before = new Set(this.#paths);
    this.#paths = table.paths;
    const watched = toWatch(this.#root, table);
    this.#files = watched.length;
    this.#watched = watchedPaths(this.#root, watched);
    await this.#follow();
    return notOutputs(table).filter((index) => !before.has(table.paths[index] ?? ''));
  }

  /** Numbers of what has to be looked at, by these hints, which may ask for following other folders first. */
  async lookInto(hints: Hints, table: SeenTable): Promise<readonly number[]> {
    if (hints.isAll) {
      this.#watcher.release('/');
      await this.#follow();
      return notOutputs(table);
    }
    const found = new Set<number>();
    const moved = new Set<string>(hints.gone);
    for (const [folder, names] of hints.names) {
      for (const name of names) {
        for (const index of this.#watched.about(folder, name)) found.add(index);
        const path = folder === '/' ? `/${name}` : `${folder}/${name}`;
        if (this.#watched.leadsTo(path)) moved.add(path);
      }
    }
    for (const path of moved) {
      this.#watcher.release(path);
      for (const index of this.#watched.below(path)) found.add(index);
    }
    if (moved.size > 0) await this.#follow();
    return [...found];
  }

  close(): Promise<void> {
    return this.#watcher.close();
  }

  /** Where a folder is not there, the nearest one above it tells when it comes. */
  async #follow(): Promise<void> {
    const standIns = new Set<string>();
    for (;;) {
      const wanted = new Set([...this.#watched.folders, ...standIns]);
      const unfollowed = await this.#watcher.follow(wanted);
      this.#followed = wanted.size - unfollowed.length;
      const missing = unfollowed.filter((each) => each.reason === 'missing');
      const more = missing.map((each) => nearestFolder(each.folder)).filter((at) => !wanted.has(at));
      if (more.length === 0) return;
      for (const at of more) standIns.add(at);
    }
  }
}

function nearestFolder(path: string): string {
  for (let at = parentOf(path); ; at = parentOf(at)) if (at === '/' || existsSync(at)) return at;
}

const notOutputs = (table: SeenTable): number[] =>
  [...table.paths.keys()].filter((index) => kindOf(table, index) !== 'output');

function toWatch(root: string, table: SeenTable): WatchedPath[] {
  return notOutputs(table).flatMap((index): WatchedPath[] => {
    const name = table.paths[index] ?? '';
    const path = name.startsWith('/') ? name : name === '' ? root : `${root}/${name}`;
    const one = { path, index, isListed: isListing(table, index) };
    const target = linkTarget(path);
    return target === undefined ? [one] : [one, { ...one, path: target }];
  });
}

/** What a link leads to may change while the link stays as it is. */
function linkTarget(path: string): string | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ? realpathSync(path) : undefined;
  } catch {
    return undefined;
  }
}
