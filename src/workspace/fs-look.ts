import { isUtf8 } from 'node:buffer';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { compareCodePoints } from '../base/order.ts';
import type { FolderEntry, PathKind, TextRead } from '../ports/file-reader.ts';
import { joinPath, OUTPUT_DIR } from './safe-path.ts';

/** Single looks at the file system, by absolute path. What cannot be looked at is not there. */

const kindOf = (stat: Pick<Stats, 'isFile' | 'isDirectory' | 'isSymbolicLink'>): FolderEntry['kind'] =>
  stat.isFile() ? 'file' : stat.isDirectory() ? 'dir' : stat.isSymbolicLink() ? 'link' : 'other';

export function ownKind(absolute: string): FolderEntry['kind'] | 'missing' {
  try {
    const stat = lstatSync(absolute, { throwIfNoEntry: false });
    return stat === undefined ? 'missing' : kindOf(stat);
  } catch {
    return 'missing';
  }
}

/** A link may lead anywhere inside the workspace but into the outputs: those are nobody's source. */
export function followLink(root: string, absolute: string): PathKind {
  try {
    const real = realpathSync(absolute);
    if (real === root) return 'dir';
    const prefix = root === '/' ? '/' : `${root}/`;
    if (!real.startsWith(prefix)) return 'leaves-workspace';
    if (real.slice(prefix.length).split('/')[0] === OUTPUT_DIR) return 'in-outputs';
    const result = kindOf(statSync(real));
    return result === 'link' ? 'other' : result;
  } catch {
    return 'missing';
  }
}

export function readEntries(absolute: string): readonly FolderEntry[] | undefined {
  try {
    const entries = readdirSync(absolute, { withFileTypes: true }).map((e) => {
      const kind = kindOf(e);
      // Some file systems do not tell the type in the listing.
      const told = kind === 'other' ? ownKind(joinPath(absolute, e.name)) : kind;
      return { name: e.name, kind: told === 'missing' ? ('other' as const) : told };
    });
    return entries.sort((a, b) => compareCodePoints(a.name, b.name));
  } catch {
    return undefined;
  }
}

export function readBounded(absolute: string, maxBytes: number): TextRead {
  let fd: number | undefined;
  try {
    // Not blocking: what was a file a moment ago may be a pipe by now.
    fd = openSync(absolute, constants.O_RDONLY | constants.O_NONBLOCK);
    const { size } = fstatSync(fd);
    if (size > maxBytes) return { ok: false, problem: 'too-large' };
    const bytes = Buffer.allocUnsafe(size);
    let length = 0;
    while (length < size) {
      const n = readSync(fd, bytes, length, size - length, null);
      if (n === 0) break;
      length += n;
    }
    return decode(bytes.subarray(0, length));
  } catch (error) {
    return {
      ok: false,
      problem: 'unreadable',
      detail: error instanceof Error ? error.message : String(error),
    };
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function decode(bytes: Buffer): TextRead {
  if (!isUtf8(bytes)) return { ok: false, problem: 'not-utf8' };
  const text = bytes.toString('utf8');
  return { ok: true, text: text.charCodeAt(0) === 0xfeff ? text.slice(1) : text };
}
