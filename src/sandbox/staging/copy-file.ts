import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fchmodSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';

/**
 * A private copy with mode 0444 or 0555, whatever the process's umask. Never a hard link: it would change the
 * source's ctime, and an action that runs as the same user could write through it.
 */
export function copyReadOnly(from: string, to: string, size: number, executable: boolean): void {
  const mode = executable ? 0o555 : 0o444;
  if (size > buffer.length) {
    copyFileSync(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    chmodSync(to, mode);
    return;
  }
  const source = openSync(from, 'r');
  try {
    writeWith(to, mode, (fd) => {
      for (let n = readSync(source, buffer); n > 0; n = n < buffer.length ? 0 : readSync(source, buffer)) {
        writeSync(fd, buffer, 0, n);
      }
    });
  } finally {
    closeSync(source);
  }
}

export function writeReadOnly(to: string, bytes: Uint8Array, executable: boolean): void {
  writeWith(to, executable ? 0o555 : 0o444, (fd) => {
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
  });
}

function writeWith(to: string, mode: number, write: (fd: number) => void): void {
  const fd = openSync(to, 'wx', mode);
  try {
    write(fd);
    if (UMASK_BITES) fchmodSync(fd, mode);
  } finally {
    closeSync(fd);
  }
}

const buffer = Buffer.allocUnsafeSlow(64 * 1024);
const UMASK_BITES = (readUmask() & 0o555) !== 0;

/** Read without setting it, which worker threads may not do. */
function readUmask(): number {
  return process.umask();
}
