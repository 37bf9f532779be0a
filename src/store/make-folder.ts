import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorCode } from './system-error.ts';

/**
 * Makes a folder and those above it; whether there was anything to make. Node's own recursive mkdir tries for ever where the
 * parent is there and yet nothing can be made in it, as below `/proc`.
 */
export function makeFolder(path: string): boolean {
  const parent = dirname(path);
  if (parent !== path && !existsSync(parent)) makeFolder(parent);
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    // A file may be in the way.
    if (errorCode(error) === 'EEXIST' && existsSync(`${path}/.`)) return false;
    throw error;
  }
}
