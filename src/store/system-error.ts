import { StorageFailure, type StorageProblem } from '../ports/storage-failure.ts';

/** The system's name for what went wrong: `ENOENT`. */
export function errorCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

export const isAbsent = (error: unknown): boolean =>
  errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR';

/** What a caller may handle, from what the system said. Anything that is not the system's is a bug and stays one. */
export function storageFailure(error: unknown, path: string): unknown {
  const code = errorCode(error);
  if (error instanceof StorageFailure || code === undefined || code.startsWith('ERR_')) return error;
  const problem = PROBLEMS[code] ?? 'broken';
  return new StorageFailure(problem, path, `${WORDS[problem]}: ${path} (${code})`, error);
}

const PROBLEMS: Readonly<Record<string, StorageProblem>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EROFS: 'read-only',
  EACCES: 'read-only',
  EPERM: 'read-only',
};

const WORDS: Readonly<Record<StorageProblem, string>> = {
  full: 'no space left',
  'read-only': 'not writable',
  changed: 'changed while it was stored',
  broken: 'cannot be used',
};
