import type { Sha256 } from '../../model/digest.ts';
import { NOTE_HIT_AFTER_MS, noteUse } from '../../store/last-use.ts';
import { blobPath, diskSize, resultPath } from '../../store/layout.ts';
import { listStore, type StoredFile } from '../../store/list-store.ts';
import { removeQuietly } from '../../store/place-file.ts';
import { type Entry, LruIndex } from './lru-index.ts';

export type Half = 'cas' | 'ac';

/** The files of one half of the store and what is remembered of them: only this process adds to them or removes any. */
export class Shelf {
  readonly #directory: string;
  readonly #half: Half;
  readonly #now: () => number;
  readonly #index = new LruIndex();
  #diskBytes = 0;

  constructor(directory: string, half: Half, now: () => number) {
    this.#directory = directory;
    this.#half = half;
    this.#now = now;
  }

  get count(): number {
    return this.#index.size;
  }

  get diskBytes(): number {
    return this.#diskBytes;
  }

  path(hash: Sha256): string {
    return this.#half === 'cas' ? blobPath(this.#directory, hash) : resultPath(this.#directory, hash);
  }

  /** What an earlier process left, used longest ago first. What has no business here is removed. */
  async list(): Promise<readonly StoredFile[]> {
    const { files, strays } = await listStore(this.#directory, this.#half);
    for (const path of strays) removeQuietly(path);
    const torn = files.filter((file) => file.size === 0);
    // No entry is empty: after a power cut a file may be.
    for (const { path } of torn) removeQuietly(path);
    return files.filter((file) => file.size > 0);
  }

  /** A file that lies in its place already. */
  add(hash: Sha256, bytes: number, { notedMs = this.#now(), checked = true } = {}): void {
    this.#forget(hash);
    this.#index.add(hash, { bytes, notedMs, checked });
    this.#diskBytes += diskSize(bytes);
  }

  peek(hash: Sha256): Entry | undefined {
    return this.#index.peek(hash);
  }

  use(hash: Sha256): Entry | undefined {
    const entry = this.#index.use(hash);
    if (entry === undefined) return undefined;
    const nowMs = this.#now();
    if (nowMs - entry.notedMs >= NOTE_HIT_AFTER_MS) {
      noteUse(this.path(hash), entry.notedMs, nowMs, NOTE_HIT_AFTER_MS);
      entry.notedMs = nowMs;
    }
    return entry;
  }

  drop(hash: Sha256): void {
    if (this.#forget(hash)) removeQuietly(this.path(hash));
  }

  oldest(): readonly [hash: Sha256, entry: Entry] | undefined {
    return this.#index.oldest();
  }

  #forget(hash: Sha256): boolean {
    const entry = this.#index.remove(hash);
    if (entry !== undefined) this.#diskBytes -= diskSize(entry.bytes);
    return entry !== undefined;
  }
}
