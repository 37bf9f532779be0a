import { chmodSync, lstatSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs';

/**
 * Removes what lies in a folder, whatever an action left there: folders without permissions, names that are not
 * UTF-8, paths longer than a system call takes. Never follows a link; the caller knows that `folder` is none.
 */
export function emptyFolder(folder: string): void {
  try {
    emptyBytes(Buffer.from(folder));
  } catch {
    // Loaded here: it takes as long as a small action.
    process
      .getBuiltinModule('node:child_process')
      .spawnSync(
        '/bin/sh',
        ['-c', 'chmod -R u+rwX "$1"; rm -rf -- "$1"/* "$1"/.[!.]* "$1"/..?*', 'sh', folder],
        {
          env: { PATH: '/usr/bin:/bin' },
          stdio: 'ignore',
        },
      );
  }
}

/** Removes a file, a link or a whole folder; false: there was nothing. */
export function removeAny(path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat) return false;
  if (!stat.isDirectory()) unlinkSync(path);
  else {
    emptyFolder(path);
    rmdirSync(path);
  }
  return true;
}

function emptyBytes(folder: Buffer): void {
  for (const entry of list(folder)) {
    const path = Buffer.concat([folder, SLASH, entry.name]);
    if (entry.isDirectory()) {
      emptyBytes(path);
      rmdirSync(path);
    } else unlinkSync(path);
  }
}

function list(folder: Buffer) {
  const options = { withFileTypes: true, encoding: 'buffer' } as const;
  try {
    const entries = readdirSync(folder, options);
    if (entries.length > 0) makeWritable(folder);
    return entries;
  } catch {
    chmodSync(folder, 0o700);
    return readdirSync(folder, options);
  }
}

function makeWritable(folder: Buffer): void {
  if ((lstatSync(folder).mode & 0o300) !== 0o300) chmodSync(folder, 0o700);
}

const SLASH = Buffer.from('/');
