import type { ActionTable } from '../graph/action-table.ts';
import { spread } from './untouched.ts';

/** Actions that read something which has changed since: they are not started, and what runs in vain is ended. */
export class OutdatedActions {
  readonly #table: ActionTable;
  readonly #templateOf: (index: number) => number | undefined;
  /** By index in the graph. */
  readonly #marks: Uint8Array;
  readonly #cancels = new Map<number, AbortController>();

  constructor(table: ActionTable, templateOf: (index: number) => number | undefined) {
    this.#table = table;
    this.#templateOf = templateOf;
    this.#marks = new Uint8Array(table.size);
  }

  /** And what depends on them; the rest of the build goes on. */
  add(actions: ReadonlySet<number>): void {
    for (const index of actions) this.#marks[index] = 1;
    spread(this.#table, this.#marks);
    for (const [index, cancel] of this.#cancels) if (this.has(index)) cancel.abort();
  }

  /** An instance is so with its template. */
  has(index: number): boolean {
    return this.#marks[this.#templateOf(index) ?? index] === 1;
  }

  /** Ends with the build, or when this action is out of date. */
  ending(index: number, build: AbortSignal): AbortSignal {
    const cancel = new AbortController();
    this.#cancels.set(index, cancel);
    return AbortSignal.any([build, cancel.signal]);
  }

  ended(index: number): void {
    this.#cancels.delete(index);
  }
}
