import type { Shelf } from './shelf.ts';

/**
 * Keeps everything within one bound, uploads on their way included: they count as their bytes arrive, so that a size
 * that is only promised drives nothing out.
 */
export class Room {
  readonly maxBytes: number;
  readonly #shelves: readonly Shelf[];
  #arriving = 0;
  #evictions = 0;

  constructor(maxBytes: number, shelves: readonly Shelf[]) {
    this.maxBytes = maxBytes;
    this.#shelves = shelves;
  }

  get evictions(): number {
    return this.#evictions;
  }

  get usedBytes(): number {
    return this.#shelves.reduce((sum, shelf) => sum + shelf.diskBytes, this.#arriving);
  }

  /** False: not even an empty store would have room. What is claimed must be released, when it is in its place too. */
  claim(bytes: number): boolean {
    if (this.#arriving + bytes > this.maxBytes) return false;
    this.#evictTo(this.maxBytes - bytes);
    this.#arriving += bytes;
    return true;
  }

  release(bytes: number): void {
    this.#arriving -= bytes;
  }

  /** The disk was full before the bound was reached: gives way by so much. */
  yieldBytes(bytes: number): void {
    this.#evictTo(this.usedBytes - bytes);
  }

  /** What was there at the start may be more than is allowed now. */
  settle(): void {
    this.#evictTo(this.maxBytes);
  }

  #evictTo(goal: number): void {
    while (this.usedBytes > goal) {
      if (!this.#evictOldest()) return;
    }
  }

  #evictOldest(): boolean {
    let oldest: { readonly shelf: Shelf; readonly used: number; drop(): void } | undefined;
    for (const shelf of this.#shelves) {
      const found = shelf.oldest();
      if (found === undefined) continue;
      const [hash, { used }] = found;
      if (oldest === undefined || used < oldest.used) oldest = { shelf, used, drop: () => shelf.drop(hash) };
    }
    oldest?.drop();
    if (oldest !== undefined) this.#evictions++;
    return oldest !== undefined;
  }
}
