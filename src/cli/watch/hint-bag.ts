import type { WatchHint } from '../../ports/folder-watcher.ts';

/** Hints that have not been looked into. */
export interface Hints {
  /** Too much may have happened to look at places one by one. */
  readonly isAll: boolean;
  /** By folder: names of its entries. */
  readonly names: ReadonlyMap<string, ReadonlySet<string>>;
  /** Folders that are gone, or are others by now. */
  readonly gone: ReadonlySet<string>;
}

export class HintBag {
  #isAll = false;
  #names = new Map<string, Set<string>>();
  #gone = new Set<string>();
  #places = 0;
  #firstAt = 0;
  #lastAt = 0;

  /** Different places; a hint for everything counts as many. */
  get burst(): { readonly places: number; readonly firstAt: number; readonly lastAt: number } {
    return {
      places: this.#isAll ? Number.POSITIVE_INFINITY : this.#places,
      firstAt: this.#firstAt,
      lastAt: this.#lastAt,
    };
  }

  add(hint: WatchHint, now: number): void {
    // Who says it again and again, every so often, says nothing new.
    if (hint.kind === 'lost' && this.#isAll) return;
    if (this.isEmpty) this.#firstAt = now;
    this.#lastAt = now;
    if (hint.kind === 'lost') this.#isAll = true;
    else if (hint.kind === 'gone') this.#note(this.#gone, hint.folder);
    else {
      const names = this.#names.get(hint.folder);
      if (names) this.#note(names, hint.name);
      else {
        this.#names.set(hint.folder, new Set([hint.name]));
        this.#places++;
      }
    }
  }

  get isEmpty(): boolean {
    return !this.#isAll && this.#places === 0;
  }

  take(): Hints {
    const taken = { isAll: this.#isAll, names: this.#names, gone: this.#gone };
    this.#isAll = false;
    this.#names = new Map();
    this.#gone = new Set();
    this.#places = 0;
    return taken;
  }

  #note(into: Set<string>, name: string): void {
    if (into.has(name)) return;
    into.add(name);
    this.#places++;
  }
}

export const EVERYTHING: Hints = { isAll: true, names: new Map(), gone: new Set() };
