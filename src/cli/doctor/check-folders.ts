import { accessSync, constants, existsSync, mkdtempSync, rmdirSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bytes } from '../../report/byte-count.ts';
import { type Finding, fine } from './finding.ts';

const LITTLE_ROOM = 1e9;

/** A cache only saves time: builds go on without it. */
export function checkCache(directory: string): Finding {
  const problem = writeProblem(directory);
  const name = 'cache';
  if (problem !== undefined)
    return {
      name,
      state: 'warning',
      found: `${directory} ${problem}`,
      help: 'RECOMP_CACHE_DIR names another folder',
    };
  const room = roomAt(directory);
  if (room !== undefined && room < LITTLE_ROOM) {
    const help =
      '`recomp cache gc --max-size SIZE` makes room; RECOMP_CACHE_DIR names a folder on another disk';
    return { name, state: 'warning', found: `${directory}, on a disk with ${bytes(room)} free`, help };
  }
  return fine(name, room === undefined ? directory : `${directory}, on a disk with ${bytes(room)} free`);
}

/** `.recomp/` and `recomp-out/`. */
export function checkWorkspaceFolders(root: string): Finding[] {
  return ['.recomp', 'recomp-out'].map((folder) => {
    const problem = writeProblem(join(root, folder));
    if (problem === undefined) return fine(`folder ${folder}`, 'can be written');
    return {
      name: `folder ${folder}`,
      state: 'broken',
      blame: 'machine',
      found: `${join(root, folder)} ${problem}`,
    };
  });
}

/** By trying, where the folder is there; of one that is not, where it would be made. */
function writeProblem(folder: string): string | undefined {
  try {
    if (existsSync(folder)) rmdirSync(mkdtempSync(join(folder, '.recomp-doctor-')));
    else accessSync(nearestParent(folder), constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return `cannot be written to (${error instanceof Error && 'code' in error ? String(error.code) : String(error)})`;
  }
}

function nearestParent(path: string): string {
  const parent = dirname(path);
  return existsSync(parent) || parent === path ? parent : nearestParent(parent);
}

function roomAt(folder: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(existsSync(folder) ? folder : nearestParent(folder));
    return bavail * bsize;
  } catch {
    return undefined;
  }
}
