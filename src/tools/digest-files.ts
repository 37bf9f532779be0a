import { createHash, type Hash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { sortedBy } from '../base/order.ts';
import type { FileList } from './file-list.ts';

/** One digest for named files, independent of where they lie and of the order in which they were found. */
export function digestOfList(list: Pick<FileList, 'files' | 'links'>): string {
  const hash = createHash('sha256');
  for (const file of sortedBy(list.files, (f) => f.name)) {
    const { sha256, size } = digestOfFile(file.path);
    hash.update(`file ${JSON.stringify(file.name)} ${size} ${sha256}\n`);
  }
  for (const link of sortedBy(list.links, (l) => l.name)) {
    // Where an absolute link leads is the machine's business; that it is one is enough.
    const target = link.target.startsWith('/') ? 'absolute' : JSON.stringify(link.target);
    hash.update(`link ${JSON.stringify(link.name)} ${target}\n`);
  }
  return hash.digest('hex');
}

export function digestOfFile(path: string): { readonly sha256: string; readonly size: number } {
  const fd = openSync(path, 'r');
  try {
    const hash: Hash = createHash('sha256');
    let size = 0;
    for (let n = readSync(fd, buffer); n > 0; n = readSync(fd, buffer)) {
      hash.update(buffer.subarray(0, n));
      size += n;
    }
    return { sha256: hash.digest('hex'), size };
  } finally {
    closeSync(fd);
  }
}

const buffer = Buffer.allocUnsafeSlow(256 * 1024);
