import { realpathSync } from 'node:fs';
import { compareCodePoints } from '../base/order.ts';
import type { FolderEntry, Observation, PathKind, RecordingReader, TextRead } from '../ports/file-reader.ts';
import { followLink, ownKind, readBounded, readEntries } from './fs-look.ts';
import { baseName, parentPath, relativePathFault } from './safe-path.ts';

/**
 * Reads a workspace on this machine and remembers everything it looked at. What was seen once is not looked at again, so
 * that one load sees one state: make a new reader for each load.
 */
export function createNodeReader(rootDir: string): RecordingReader {
  const root = realpathSync(rootDir);
  const observations = new Map<string, Observation>();
  const kinds = new Map<string, PathKind>([['', 'dir']]);
  const lists = new Map<string, readonly FolderEntry[] | undefined>();

  const absolute = (path: string): string => (path === '' ? root : `${root}/${path}`);

  /** What a listing of the folder said about this entry: spares a stat. */
  function listed(path: string): FolderEntry['kind'] | 'missing' | undefined {
    const entries = lists.get(parentPath(path));
    return entries === undefined ? undefined : (findEntry(entries, baseName(path))?.kind ?? 'missing');
  }

  function lookAt(path: string): PathKind {
    if (relativePathFault(path) !== undefined) return 'leaves-workspace';
    const parent = kind(parentPath(path));
    if (parent !== 'dir') return parent === 'file' || parent === 'other' ? 'missing' : parent;
    const known = listed(path);
    if (known !== undefined && known !== 'link' && known !== 'other') return known;
    const seen = known ?? ownKind(absolute(path));
    const result = seen === 'link' ? followLink(root, absolute(path)) : seen;
    if (result === 'file' || result === 'dir') observe(path, `is-${result}`);
    else if (result === 'missing') observe(path, 'missing');
    return result;
  }

  function kind(path: string): PathKind {
    const known = kinds.get(path);
    if (known !== undefined) return known;
    const result = lookAt(path);
    kinds.set(path, result);
    return result;
  }

  /** A look at content or entries says more than one at the kind. */
  function observe(path: string, what: Observation): void {
    const before = observations.get(path);
    if (before === undefined || before.startsWith('is-')) observations.set(path, what);
  }

  function list(dir: string): readonly FolderEntry[] | undefined {
    if (lists.has(dir)) return lists.get(dir);
    const entries = kind(dir) === 'dir' ? readEntries(absolute(dir)) : undefined;
    if (entries !== undefined) observe(dir, 'dir');
    lists.set(dir, entries);
    return entries;
  }

  function readText(path: string, maxBytes: number): TextRead {
    const what = kind(path);
    if (what === 'leaves-workspace' || what === 'missing') return { ok: false, problem: what };
    if (what !== 'file') return { ok: false, problem: 'not-a-file' };
    observe(path, 'file');
    return readBounded(absolute(path), maxBytes);
  }

  return { root, readText, list, kind, observations };
}

function findEntry(entries: readonly FolderEntry[], name: string): FolderEntry | undefined {
  let low = 0;
  let high = entries.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const entry = entries[middle];
    if (entry === undefined) return undefined;
    const order = compareCodePoints(entry.name, name);
    if (order === 0) return entry;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return undefined;
}
