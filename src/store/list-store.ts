import { lstatSync, readdirSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { parseSha256, type Sha256 } from '../model/digest.ts';
import { isAbsent, storageFailure } from './system-error.ts';

export interface StoredFile {
  readonly hash: Sha256;
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
}

/** What lies in one half of the cache. `strays` are names we never give, and what is no plain file. */
export interface Listing {
  readonly files: readonly StoredFile[];
  readonly strays: readonly string[];
}

const SHARD = /^[0-9a-f]{2}$/;

/** Others may add and remove while this looks: what vanishes meanwhile is not listed. */
export async function listStore(directory: string, half: 'cas' | 'ac'): Promise<Listing> {
  const files: StoredFile[] = [];
  const strays: string[] = [];
  for (const shard of names(`${directory}/${half}`).filter((name) => SHARD.test(name))) {
    for (const name of names(`${directory}/${half}/${shard}`)) {
      const path = `${directory}/${half}/${shard}/${name}`;
      const file = look(path, shard, name);
      if (file === 'stray') strays.push(path);
      else if (file !== undefined) files.push(file);
    }
    // A watching build, or a progress display, must not stand still for the whole of it.
    await setImmediate();
  }
  return { files, strays };
}

function look(path: string, shard: string, name: string): StoredFile | 'stray' | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  const hash = parseSha256(name);
  if (hash === undefined || !hash.startsWith(shard) || !stats.isFile()) return 'stray';
  return { hash, path, size: stats.size, mtimeMs: stats.mtimeMs };
}

/** Names in a folder; none when there is no such folder, or only a link to one: what lies elsewhere is not ours. */
export function names(folder: string): string[] {
  try {
    return lstatSync(folder).isDirectory() ? readdirSync(folder).sort() : [];
  } catch (error) {
    if (isAbsent(error)) return [];
    throw storageFailure(error, folder);
  }
}
