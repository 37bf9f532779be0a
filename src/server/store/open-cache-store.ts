import { statfsSync } from 'node:fs';
import { err, ok, type Result } from '../../base/result.ts';
import { lockWorkspace, type WorkspaceLock } from '../../journal/workspace-lock.ts';
import type { StorageFailure } from '../../ports/storage-failure.ts';
import { tempFolder } from '../../store/layout.ts';
import { names, type StoredFile } from '../../store/list-store.ts';
import { makeFolder } from '../../store/make-folder.ts';
import { removeQuietly } from '../../store/place-file.ts';
import { BlobShelf } from './blob-shelf.ts';
import { ResultShelf } from './result-shelf.ts';
import { Room } from './room.ts';
import { Shelf } from './shelf.ts';

export interface CacheStoreOptions {
  readonly directory: string;
  readonly maxBytes: number;
  readonly maxBlobBytes: number;
  /** A different result may take the place of one that is there. */
  readonly replaceResults: boolean;
  readonly onFault: (failure: StorageFailure) => void;
  readonly now?: () => number;
}

/** What a server keeps, whatever protocol it speaks. */
export interface CacheStore {
  readonly blobs: BlobShelf;
  readonly results: ResultShelf;
  figures(): StoreFigures;
  close(): void;
}

export interface StoreFigures {
  readonly blobs: number;
  readonly results: number;
  readonly bytes: number;
  readonly maxBytes: number;
  readonly evictions: number;
}

/** Takes the folder for this process alone; the error says who has it. Apart from a local cache's own folders. */
export async function openCacheStore(options: CacheStoreOptions): Promise<Result<CacheStore, string>> {
  const lock = await lockFolder(options.directory);
  if (!lock.ok) return lock;
  try {
    return ok(await open(options, lock.value));
  } catch (error) {
    lock.value.release();
    throw error;
  }
}

async function lockFolder(folder: string): Promise<Result<WorkspaceLock, string>> {
  const waiting = new AbortController();
  let owner = '';
  const lock = await lockWorkspace(
    folder,
    'recomp cache serve',
    (found, file) => {
      owner = found === undefined ? `somebody, says ${file}` : `process ${found.pid}`;
      waiting.abort();
    },
    waiting.signal,
  );
  return lock ? ok(lock) : err(`${folder} is in use by ${owner}`);
}

async function open(options: CacheStoreOptions, lock: WorkspaceLock): Promise<CacheStore> {
  const directory = `${options.directory}/v1`;
  const { onFault } = options;
  const now = options.now ?? Date.now;
  makeFolder(directory);
  const cas = new Shelf(directory, 'cas', now);
  const ac = new Shelf(directory, 'ac', now);
  // Nobody else is here: whatever was on its way when an earlier process ended stays unfinished.
  for (const name of names(tempFolder(directory))) removeQuietly(`${tempFolder(directory)}/${name}`);
  refill([
    { shelf: ac, files: await ac.list() },
    { shelf: cas, files: await cas.list() },
  ]);
  const room = new Room(Math.min(options.maxBytes, diskBound(directory, [ac, cas])), [ac, cas]);
  room.settle();
  const maxBlobBytes = Math.min(options.maxBlobBytes, room.maxBytes);
  const blobs = new BlobShelf({ directory, shelf: cas, room, maxBlobBytes, onFault });
  const replace = options.replaceResults;
  return {
    blobs,
    results: new ResultShelf({ directory, shelf: ac, room, blobs, replace, onFault }),
    figures: () => ({
      blobs: cas.count,
      results: ac.count,
      bytes: room.usedBytes,
      maxBytes: room.maxBytes,
      evictions: room.evictions,
    }),
    close: () => lock.release(),
  };
}

/** What the disk has for us. A little of it stays free: without any, not even a lock can be written at the next start. */
function diskBound(directory: string, shelves: readonly Shelf[]): number {
  const { bsize, blocks, bavail } = statfsSync(directory);
  const used = shelves.reduce((sum, shelf) => sum + shelf.diskBytes, 0);
  return Math.max(0, used + bavail * bsize - Math.min(SPARE_BYTES, (blocks * bsize) / 20));
}

const SPARE_BYTES = 256 * 1024 * 1024;

/** In the order of their last use, over both halves. */
function refill(listings: readonly { readonly shelf: Shelf; readonly files: readonly StoredFile[] }[]): void {
  const all = listings.flatMap(({ shelf, files }) => files.map((file) => ({ shelf, file })));
  all.sort((a, b) => a.file.mtimeMs - b.file.mtimeMs);
  for (const { shelf, file } of all)
    shelf.add(file.hash, file.size, { notedMs: file.mtimeMs, checked: false });
}
