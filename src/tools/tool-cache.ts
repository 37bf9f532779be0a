import type { Json } from '../base/canonical-json.ts';
import { type Observed, stillHolds } from './observed.ts';

export interface CacheEntry {
  readonly observed: readonly Observed[];
  readonly value: Json;
}

/** What was found out about tools, as plain data; an entry counts while everything it was concluded from looks the same. */
export class ToolCache {
  readonly #entries: Map<string, CacheEntry>;
  #changed = false;

  /** `data`: what `export` gave, perhaps by another version or damaged: what is not understood is not there. */
  constructor(data?: unknown) {
    this.#entries = new Map(isRecord(data) ? Object.entries(data).filter(hasEntry) : []);
  }

  /** Only stats, but does so each time: a watch session lives longer than a tool. A changed entry is forgotten. */
  get(key: string): CacheEntry | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    if (!stillHolds(entry.observed)) {
      this.#entries.delete(key);
      this.#changed = true;
      return undefined;
    }
    return entry;
  }

  put(key: string, entry: CacheEntry): void {
    this.#entries.set(key, entry);
    this.#changed = true;
  }

  /** Whether `export` differs from what this was made from. */
  get changed(): boolean {
    return this.#changed;
  }

  export(): Record<string, CacheEntry> {
    return Object.fromEntries(this.#entries);
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const hasEntry = (pair: [string, unknown]): pair is [string, CacheEntry] => {
  const [, entry] = pair;
  return (
    isRecord(entry) &&
    entry['value'] !== undefined &&
    Array.isArray(entry['observed']) &&
    entry['observed'].every(isObserved)
  );
};

const isObserved = (value: unknown): value is Observed =>
  isRecord(value) && typeof value['path'] === 'string' && typeof value['signature'] === 'string';
