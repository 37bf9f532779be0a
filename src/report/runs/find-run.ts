import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { compareCodePoints } from '../../base/order.ts';

export type FoundRun =
  | { readonly kind: 'found'; readonly id: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'several'; readonly ids: readonly string[] };

const NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/** The runs that there are, newest first: their names begin with their time. */
export function listRuns(stateDir: string): string[] {
  let names: string[];
  try {
    names = readdirSync(`${stateDir}/runs`);
  } catch {
    return [];
  }
  return names
    .filter((name) => name !== 'latest' && NAME.test(name) && isFolder(`${stateDir}/runs/${name}`))
    .sort(compareCodePoints)
    .reverse();
}

/** By `latest`, `latest~2` (the second before it), its name, or enough of the beginning or end of its name. */
export function findRun(stateDir: string, word: string): FoundRun {
  const ids = listRuns(stateDir);
  const back = /^latest(?:~(\d{1,6}))?$/.exec(word);
  if (back) {
    const newest = ids.indexOf(latestOf(stateDir) ?? '');
    return found(ids[Math.max(0, newest) + Number(back[1] ?? 0)]);
  }
  if (ids.includes(word)) return found(word);
  const like = word.length < 2 ? [] : ids.filter((id) => id.startsWith(word) || id.endsWith(word));
  return like.length > 1 ? { kind: 'several', ids: like } : found(like[0]);
}

const found = (id: string | undefined): FoundRun =>
  id === undefined ? { kind: 'none' } : { kind: 'found', id };

function latestOf(stateDir: string): string | undefined {
  try {
    return basename(readlinkSync(`${stateDir}/runs/latest`));
  } catch {
    return undefined;
  }
}

/** A link is no run: what it leads to is somebody else's. */
function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
