import { err, ok, type Result } from '../../../src/base/result.ts';

/** Ends the reading of files at their first fault; never leaves `guarded`. */
class BadInput extends Error {}

export function refuse(message: string): never {
  throw new BadInput(message);
}

/** What is wrong with files that are read becomes the error; anything else that is thrown is a bug. */
export function guarded<T>(read: () => T): Result<T, string> {
  try {
    return ok(read());
  } catch (error) {
    if (error instanceof BadInput || (error instanceof Error && 'syscall' in error))
      return err(error.message);
    throw error;
  }
}
