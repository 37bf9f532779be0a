import { accessSync, constants, lstatSync, mkdirSync, readdirSync, readlinkSync, statfsSync } from 'node:fs';
import { isAlive, startTime } from './runner/process-tree.ts';
import { removeAny } from './staging/remove.ts';

/** Folders for slots: in memory where there is plenty and nobody objects, else below the state folder. */
export function places(stateDir: string): string[] {
  const found: string[] = [];
  const shared = `${SHM}/recomp-${process.getuid?.() ?? 0}`;
  if (!process.env['RECOMP_SANDBOX_ON_DISK'] && isRoomy(SHM) && makePrivate(shared)) found.push(shared);
  const own = `${stateDir}/sandbox`;
  if (makePrivate(own)) found.push(own);
  return found;
}

let made = 0;

/** A folder name that no other process has and that tells later ones whether this one is still there. */
export const ownName = (): string =>
  `p${process.pid}-${startTime(process.pid) ?? '0'}-${pidNamespace()}-${made++}`;

/**
 * Removes what processes left that did not come to remove it; another PID namespace's are not ours to judge. What was
 * kept for a person goes when it has been there for a day.
 */
export function sweep(place: string): void {
  for (const name of readdirSync(place)) {
    try {
      if (isOrphan(name) || isOldKept(place, name)) removeAny(`${place}/${name}`);
    } catch {
      // Another process sweeps it at this moment.
    }
  }
}

function isOrphan(name: string): boolean {
  const owner = OWNER.exec(name);
  if (!owner || owner[3] !== pidNamespace()) return false;
  const pid = Number(owner[1]);
  return !isAlive(pid) || startTime(pid) !== owner[2];
}

const isOldKept = (place: string, name: string): boolean =>
  name.startsWith(KEPT) && lstatSync(`${place}/${name}`).mtimeMs < Date.now() - KEPT_MS;

/** How the folder of a failed action is called that was asked to be kept. */
export const KEPT = 'kept-';
const KEPT_MS = 24 * 3_600_000;

const OWNER = /^p(\d+)-(\d+)-(\d+)-\d+$/;
const SHM = '/dev/shm';

/** Containers often have 64 MB there, and outputs lie there until they are stored. */
const ROOM = 4 * 1024 ** 3;

function isRoomy(folder: string): boolean {
  try {
    const { type, bavail, bsize } = statfsSync(folder);
    return type === TMPFS_MAGIC && bavail * bsize >= ROOM;
  } catch {
    return false;
  }
}

const TMPFS_MAGIC = 0x01021994;

/** Its name is known to all users: only a real folder of ours that nobody else may enter will do. */
function makePrivate(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const stat = lstatSync(folder);
    accessSync(folder, constants.W_OK);
    const closed = !folder.startsWith(SHM) || (stat.mode & 0o077) === 0;
    return stat.isDirectory() && stat.uid === process.getuid?.() && closed;
  } catch {
    return false;
  }
}

function pidNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
  } catch {
    return '0';
  }
}
