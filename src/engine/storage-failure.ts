import type { ActionFailure } from '../model/failure.ts';
import { isStorageFailure } from '../ports/storage-failure.ts';

/** The words for what a file system most often refuses. */
const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'no permission',
  EPERM: 'not permitted',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files on this system',
  EIO: 'the disk reports an error',
};

/** A refused system call as a failure; undefined: it was something else. */
export function storageFailure(error: unknown): ActionFailure | undefined {
  if (isStorageFailure(error))
    return { kind: 'storage', blame: 'infrastructure', message: error.message, path: error.path };
  if (
    !(error instanceof Error) ||
    !('code' in error) ||
    typeof error.code !== 'string' ||
    !('syscall' in error)
  )
    return undefined;
  const path = pathOf(error);
  const message = `${WORDS[error.code] ?? error.code}${path === undefined ? '' : `: ${path}`}`;
  return { kind: 'storage', blame: 'infrastructure', message, ...(path === undefined ? {} : { path }) };
}

/** Of a copy, where it was to go: there is no reading that fails for want of room. */
function pathOf(error: Error): string | undefined {
  if ('dest' in error && typeof error.dest === 'string') return error.dest;
  return 'path' in error && typeof error.path === 'string' ? error.path : undefined;
}
