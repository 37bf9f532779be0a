import { renameSync, rmSync } from 'node:fs';
import { errorCode } from './system-error.ts';
import { recordMeasure } from './usage.ts';

/** Contents, results, files on their way, and what keys were made of. */
const FOLDERS = ['cas', 'ac', 'tmp', 'keys'] as const;

/** All that builds have put there; others may go on using it: what they look for is not there, and is made again. */
export function emptyStore(directory: string): void {
  for (const name of FOLDERS) {
    const away = `${directory}/.emptied-${name}-${process.pid}`;
    try {
      // Moved first: nobody finds half of it.
      renameSync(`${directory}/${name}`, away);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') continue;
      throw error;
    }
    rmSync(away, { recursive: true, force: true });
  }
  recordMeasure(directory, 0, Date.now());
}
