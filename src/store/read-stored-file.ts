import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { errorCode, isAbsent, storageFailure } from './system-error.ts';

export interface StoredBytes {
  readonly bytes: Buffer;
  readonly mtimeMs: number;
}

/** Links are not followed, and a pipe in a file's place must not make us wait. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** A file of the cache, whole. Undefined: not there. Text: what is wrong with it; its content is not checked here. */
export function readStoredFile(
  path: string,
  fits: (size: number) => boolean,
): StoredBytes | string | undefined {
  let fd: number;
  try {
    fd = openSync(path, FLAGS);
  } catch (error) {
    // Another user's file that we may not read is as good as none, but not ours to remove.
    if (isAbsent(error) || errorCode(error) === 'EACCES') return undefined;
    if (errorCode(error) === 'ELOOP' || errorCode(error) === 'ENXIO') return 'not a file';
    throw storageFailure(error, path);
  }
  try {
    return readAll(fd, fits);
  } catch (error) {
    if (errorCode(error) === 'EIO') return 'unreadable';
    throw storageFailure(error, path);
  } finally {
    closeSync(fd);
  }
}

function readAll(fd: number, fits: (size: number) => boolean): StoredBytes | string {
  const stats = fstatSync(fd);
  if (!stats.isFile()) return 'not a file';
  if (!fits(stats.size)) return 'wrong size';
  const bytes = Buffer.allocUnsafe(stats.size);
  for (let at = 0; at < bytes.length; ) {
    const count = readSync(fd, bytes, at, bytes.length - at, null);
    if (count === 0) return 'wrong size';
    at += count;
  }
  return { bytes, mtimeMs: stats.mtimeMs };
}
