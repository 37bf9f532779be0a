import type { Sha256 } from '../../model/digest.ts';

/** One file of the store, as the process remembers it. */
export interface Entry {
  readonly bytes: number;
  /** Rises with every use: tells which of two entries, of whichever index, was used longer ago. */
  used: number;
  /** The use that the file's time tells of. */
  notedMs: number;
  /** Its bytes were hashed since the process started. */
  checked: boolean;
}

let uses = 0;

/** Entries in the order of their use: a Map keeps the order in which its keys were put into it. */
export class LruIndex {
  readonly #entries = new Map<Sha256, Entry>();

  get size(): number {
    return this.#entries.size;
  }

  add(hash: Sha256, entry: Omit<Entry, 'used'>): void {
    this.#entries.delete(hash);
    this.#entries.set(hash, { ...entry, used: ++uses });
  }

  /** Without counting as a use. */
  peek(hash: Sha256): Entry | undefined {
    return this.#entries.get(hash);
  }

  use(hash: Sha256): Entry | undefined {
    const entry = this.#entries.get(hash);
    if (entry === undefined) return undefined;
    entry.used = ++uses;
    this.#entries.delete(hash);
    this.#entries.set(hash, entry);
    return entry;
  }

  remove(hash: Sha256): Entry | undefined {
    const entry = this.#entries.get(hash);
    this.#entries.delete(hash);
    return entry;
  }

  oldest(): readonly [hash: Sha256, entry: Entry] | undefined {
    const { value, done } = this.#entries.entries().next();
    return done === true ? undefined : value;
  }
}
