import type { Sha256 } from '../model/digest.ts';
import { GRACE_MS } from './last-use.ts';
import { diskSize } from './layout.ts';
import type { StoredFile } from './list-store.ts';

export interface CacheLimits {
  readonly maxSizeBytes: number;
  readonly maxAgeDays?: number;
}

/** An entry with the blobs it needs; `broken`: it can serve nobody. */
export interface EntryUse {
  readonly entry: StoredFile;
  readonly needs: readonly Sha256[];
  readonly broken: boolean;
}

export interface Eviction {
  /** To be removed first, with the blobs that only they kept alive. */
  readonly entries: readonly EntryUse[];
  readonly blobs: readonly StoredFile[];
}

const DAY_MS = 86_400_000;

/** Some air, so that the next build does not have to collect again. */
const FILL_AFTER = 0.9;

/** Chooses what must go: what is broken or too old, then the least recently used until the rest fits. */
export function chooseEviction(
  uses: readonly EntryUse[],
  blobs: readonly StoredFile[],
  limits: CacheLimits,
  nowMs: number,
): Eviction {
  const users = countUsers(uses);
  const byHash = new Map(blobs.map((blob) => [blob.hash, blob]));
  const oldest = nowMs - (limits.maxAgeDays ?? Number.POSITIVE_INFINITY) * DAY_MS;
  let total = [...blobs, ...uses.map((use) => use.entry)].reduce((sum, file) => sum + diskSize(file.size), 0);
  const goal = total > limits.maxSizeBytes ? limits.maxSizeBytes * FILL_AFTER : limits.maxSizeBytes;
  const chosen = { entries: [] as EntryUse[], blobs: [] as StoredFile[] };

  const removeBlob = (blob: StoredFile): void => {
    if (isYoung(blob, nowMs)) return;
    chosen.blobs.push(blob);
    total -= diskSize(blob.size);
  };
  const removeEntry = (use: EntryUse): void => {
    chosen.entries.push(use);
    total -= diskSize(use.entry.size);
    for (const hash of use.needs) {
      const left = (users.get(hash) ?? 0) - 1;
      users.set(hash, left);
      const blob = byHash.get(hash);
      if (left === 0 && blob !== undefined) removeBlob(blob);
    }
  };

  for (const item of leastRecentFirst(uses, blobs, users)) {
    if (isYoung(item.file, nowMs)) continue;
    if (!item.use?.broken && item.file.mtimeMs >= oldest && total <= goal) continue;
    if (item.use === undefined) removeBlob(item.file);
    else removeEntry(item.use);
  }
  return chosen;
}

/** In use, or about to be. A time far in the future is a clock that was wrong once, and no youth. */
export function isYoung(file: { readonly mtimeMs: number }, nowMs: number): boolean {
  const ageMs = nowMs - file.mtimeMs;
  return ageMs < GRACE_MS && ageMs > -DAY_MS;
}

function countUsers(uses: readonly EntryUse[]): Map<Sha256, number> {
  const users = new Map<Sha256, number>();
  for (const { needs } of uses) for (const hash of needs) users.set(hash, (users.get(hash) ?? 0) + 1);
  return users;
}

interface Item {
  readonly file: StoredFile;
  readonly use?: EntryUse;
}

/** Entries, and the blobs that no entry names; a blob that has users goes with the last of them. */
function leastRecentFirst(
  uses: readonly EntryUse[],
  blobs: readonly StoredFile[],
  users: ReadonlyMap<Sha256, number>,
): Item[] {
  const orphans: Item[] = blobs.filter((blob) => !users.has(blob.hash)).map((file) => ({ file }));
  const entries: Item[] = uses.map((use) => ({ file: use.entry, use }));
  return [...orphans, ...entries].sort((a, b) => a.file.mtimeMs - b.file.mtimeMs);
}
