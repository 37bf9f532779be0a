import { lstatSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { copyReadOnly } from './copy-file.ts';

/** Copies what is in a folder into another one; links stay links, anything but files, links and folders is left out. */
export function copyTree(from: string, to: string): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [`${from}/${entry.name}`, `${to}/${entry.name}`];
    if (entry.isDirectory()) {
      mkdirSync(target, { mode: 0o755 });
      copyTree(source, target);
    } else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else if (entry.isFile()) {
      const stat = lstatSync(source);
      copyReadOnly(source, target, stat.size, (stat.mode & 0o111) !== 0);
    }
  }
}
