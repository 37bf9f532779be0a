import { chmodSync, closeSync, constants, copyFileSync, fchmodSync, openSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from './make-folder.ts';
import { removeQuietly, withFolder } from './place-file.ts';
import { errorCode, isAbsent, storageFailure } from './system-error.ts';

/** Writes a file that must not be there yet; its folder is made if need be. Nothing half-written is left behind. */
export function writeNewFile(path: string, mode: number, bytes: Uint8Array): void {
  orRemove(path, () => {
    let fd = -1;
    withFolder(path, () => {
      fd = openSync(path, 'wx', mode);
    });
    try {
      writeFileSync(fd, bytes);
      // The process's umask must not show in outputs.
      if ((mode & umask()) !== 0) fchmodSync(fd, mode);
    } finally {
      closeSync(fd);
    }
  });
}

/** Asked for once: whoever changes it does so before a build. */
const umask = (): number => {
  known ??= process.umask();
  return known;
};

let known: number | undefined;

export type CopyOutcome = 'done' | 'refused' | 'gone';

/** The same by a copy, which is kept only if `check` accepts it. `gone`: the original is not there any more. */
export function copyNewFile(from: string, path: string, mode: number, check: () => boolean): CopyOutcome {
  return orRemove(path, () => {
    makeFolder(dirname(path));
    try {
      copyFileSync(from, path, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    } catch (error) {
      if (isAbsent(error)) return 'gone';
      throw error;
    }
    chmodSync(path, mode);
    if (check()) return 'done';
    removeQuietly(path);
    return 'refused';
  });
}

function orRemove<T>(path: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    // What was there before is not ours to remove; that it was there is the caller's mistake.
    if (errorCode(error) === 'EEXIST') throw error;
    removeQuietly(path);
    throw storageFailure(error, path);
  }
}
