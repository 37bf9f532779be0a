import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { NewFile } from './new-file.ts';

/** Each file appears whole or not at all, and none before all of them are on the disk; what goes, goes last. */
export function writeTogether(
  root: string,
  files: readonly NewFile[],
  removed: readonly string[] = [],
): void {
  const temporary = files.map(({ path }) => join(root, `${path}.new-${process.pid}`));
  try {
    files.forEach(({ content }, i) => {
      const file = temporary[i] ?? '';
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content, { flag: 'wx' });
    });
    files.forEach(({ path }, i) => {
      renameSync(temporary[i] ?? '', join(root, path));
    });
    for (const path of removed) rmSync(join(root, path), { force: true });
  } finally {
    for (const file of temporary) rmSync(file, { force: true });
  }
}
