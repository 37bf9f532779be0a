import { randomBytes } from 'node:crypto';
import type { Sha256 } from '../model/digest.ts';

/** Where things lie below the cache's folder. `cas` and `ac` are spread over 256 folders each. */
export const blobPath = (directory: string, hash: Sha256): string =>
  `${directory}/cas/${hash.slice(0, 2)}/${hash}`;

export const resultPath = (directory: string, key: Sha256): string =>
  `${directory}/ac/${key.slice(0, 2)}/${key}`;

export const tempFolder = (directory: string): string => `${directory}/tmp`;

/** A name nobody else takes, processes in other containers with the same pid included. */
export const tempPath = (directory: string): string =>
  `${tempFolder(directory)}/${process.pid}-${salt}-${counter++}`;

const salt = randomBytes(6).toString('hex');
let counter = 0;

/** What a file takes on disk, near enough: they are small, and blocks are whole. */
export const diskSize = (size: number): number => Math.ceil(size / 4096) * 4096;
