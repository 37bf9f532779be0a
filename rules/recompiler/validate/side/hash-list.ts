import { readFileSync } from 'node:fs';
import { refuse } from '../bad-input.ts';

const HASH = /^([0-9]{1,5}x[0-9]{1,5}:)?[0-9a-f]{32,128}$/;
const MAX_LINES = 10_000_000;

/** A hash a line, with a name before it or without; empty lines and those that begin with # are nothing. */
export function readHashList(path: string): readonly string[] {
  const hashes: string[] = [];
  readFileSync(path, 'utf8')
    .split('\n')
    .forEach((line, i) => {
      const words = line.trim().split(/\s+/);
      if (words[0] === '' || words[0]?.startsWith('#')) return;
      const hash = (words.at(-1) ?? '').toLowerCase();
      if (words.length > 2 || !HASH.test(hash)) refuse(`${path}:${i + 1}:1: not a hash`);
      if (hashes.push(hash) > MAX_LINES) refuse(`${path} has more than ${MAX_LINES} hashes`);
    });
  return hashes;
}

/** Hashes of points say the size of the picture; those of files are bare. */
export const areOfPictures = (hashes: readonly string[]): boolean =>
  hashes.some((hash) => hash.includes(':'));
