/** `changed`: the file was no longer what its digest says when it was to be stored. */
export type StorageProblem = 'full' | 'read-only' | 'changed' | 'broken';

/**
 * Thrown by stores when the machine refuses, so that a caller can tell it from a bug: a cache that is read-only can be
 * done without, a full disk cannot where outputs are to be written.
 */
export class StorageFailure extends Error {
  readonly problem: StorageProblem;
  readonly path: string;

  constructor(problem: StorageProblem, path: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'StorageFailure';
    this.problem = problem;
    this.path = path;
  }
}

/** By name: the bundles that are loaded lazily hold copies of the class. */
export const isStorageFailure = (error: unknown): error is StorageFailure =>
  error instanceof Error && error.name === 'StorageFailure' && 'problem' in error && 'path' in error;
