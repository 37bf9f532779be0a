import { renameSync, unlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { tempPath } from './layout.ts';
import { makeFolder } from './make-folder.ts';
import { errorCode, storageFailure } from './system-error.ts';

/**
 * Makes a file appear whole or not at all: `write` fills a temporary file, which then takes its place. Not synced to
 * disk: what a power cut tears is found by its hash and is a miss.
 */
export function placeFile(directory: string, path: string, write: (temp: string) => void): void {
  const temp = tempPath(directory);
  try {
    withFolder(temp, () => write(temp));
    withFolder(path, () => renameSync(temp, path));
  } catch (error) {
    removeQuietly(temp);
    throw storageFailure(error, path);
  }
}

/** Folders are made when they turn out to be missing: that is once, and looking each time is not. */
export function withFolder(path: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    makeFolder(dirname(path));
    act();
  }
}

/** Whether it was there and is gone. */
export function removeQuietly(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch {
    return false;
  }
}
