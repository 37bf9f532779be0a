import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import type { LinuxHost } from './linux.ts';

/** Files, pipes and terminals of this process, for a program that reads and prints. */
export function descriptorsOf(args: readonly string[]): LinuxHost {
  return {
    args,
    open: (path, flags) =>
      (flags & ACCESS_MODE) === constants.O_RDONLY ? attempt(() => openSync(path, 'r')) : -EROFS,
    close: (descriptor) =>
      attempt(() => {
        closeSync(descriptor);
        return 0;
      }),
    read: (descriptor, into) => attempt(() => readSync(descriptor, into)),
    write: (descriptor, bytes) => attempt(() => writeSync(descriptor, bytes)),
    stat: (descriptor) => attempt(() => fstatSync(descriptor)),
  };
}

const ACCESS_MODE = 3;
const EROFS = 30;
const EIO = 5;
const PAUSE_MS = 5;

/** A pipe that somebody made non-blocking is waited for, as the native program's would be. */
function attempt<T>(call: () => T): T | number {
  for (;;) {
    try {
      return call();
    } catch (error) {
      const { code, errno } = systemError(error);
      if (code !== 'EAGAIN') return errno;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}

function systemError(error: unknown): { readonly code: string; readonly errno: number } {
  if (!(error instanceof Error)) throw error;
  const [code, errno] = [Reflect.get(error, 'code'), Reflect.get(error, 'errno')];
  return { code: String(code), errno: typeof errno === 'number' && errno < 0 ? errno : -EIO };
}
