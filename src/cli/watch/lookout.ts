import { compareSeen } from '../../journal/compare-seen.ts';
import { looksTheSame } from '../../journal/look-at-seen.ts';
import { kindOf, type SeenTable } from '../../journal/seen-table.ts';
import type { MakeWatcher } from '../../ports/folder-watcher.ts';
import type { BuildRequestKey } from '../fast-path.ts';
import { ArmedWatch } from './armed-watch.ts';
import type { Hints } from './hint-bag.ts';
import { openTable } from './round.ts';
import type { RoundMemory } from './round-memory.ts';

/** Of the table that the memory holds; `all`: what was known counts no more. */
export type Changed = readonly number[] | 'all';

/** Follows what was seen, and finds out what of it has changed: hints say where to look, content decides. */
export class Lookout {
  readonly #request: BuildRequestKey;
  readonly #memory: RoundMemory;
  readonly #watch: ArmedWatch;
  readonly #follows: boolean;

  constructor(
    request: BuildRequestKey,
    memory: RoundMemory,
    watcher: ReturnType<MakeWatcher>,
    follows: boolean,
  ) {
    this.#request = request;
    this.#memory = memory;
    this.#watch = new ArmedWatch(request.root, watcher);
    this.#follows = follows;
  }

  get size(): { readonly folders: number; readonly files: number } {
    return this.#watch.size;
  }

  /** `asked`: everything is looked at, outputs too. */
  async look(hints: readonly Hints[], asked: boolean): Promise<Changed> {
    const { table } = this.#memory;
    const found = new Set<number>();
    for (const one of hints) {
      const about = await this.#watch.lookInto(one, table ?? NOTHING_SEEN);
      for (const index of about) found.add(index);
    }
    if (!table || !this.#memory.isCurrent()) return found.size > 0 || asked ? 'all' : [];
    return this.#compare(table, asked ? table.paths.keys() : found);
  }

  /** What of another table has changed, by these hints. */
  async lookAt(table: SeenTable, hints: Hints): Promise<readonly number[]> {
    const only = await this.#watch.lookInto(hints, table);
    return compareSeen(this.#request.root, table, { isTold: true, only }).changed;
  }

  /** What the last build left, and how it differs from what is there. */
  async fromDisk(): Promise<Changed> {
    this.#memory.forget();
    const table = openTable(this.#request);
    if (!table) return 'all';
    this.#memory.table = table;
    // First follow, then look: nothing falls between.
    if (this.#follows) await this.#watch.arm(table);
    return this.#compare(table, table.paths.keys());
  }

  /** Follows what a table names. True: something of it has changed before it was followed. */
  async arm(table: SeenTable): Promise<boolean> {
    if (!this.#follows) return false;
    const only = await this.#watch.arm(table);
    return compareSeen(this.#request.root, table, { isTold: true, only }).changed.length > 0;
  }

  /** What people are told has changed: neither what recomp made itself, nor what is only too young to be sure of. */
  names(changed: Changed): readonly string[] {
    const { table } = this.#memory;
    if (!table || changed === 'all') return [];
    return changed
      .filter((index) => kindOf(table, index) !== 'output' && !looksTheSame(this.#request.root, table, index))
      .map((index) => table.paths[index] ?? '');
  }

  close(): Promise<void> {
    return this.#watch.close();
  }

  #compare(table: SeenTable, only: Iterable<number>): readonly number[] {
    const { changed, refreshed } = compareSeen(this.#request.root, table, { isTold: true, only });
    if (refreshed) this.#memory.table = { ...refreshed, header: table.header };
    return changed;
  }
}

const NOTHING_SEEN: SeenTable = {
  header: {},
  paths: [],
  kinds: new Uint8Array(),
  signatures: new Float64Array(),
  userStarts: new Uint32Array(1),
  users: new Uint32Array(),
};
