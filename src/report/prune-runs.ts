import { readdir, readdirSync, renameSync, rmdir, rmSync, unlink } from 'node:fs';

/** The newest runs are kept. */
export const KEEP_RUNS = 100;

/** So many more may stand there while builds find nothing to do: those do not pay for it. */
const LEAVE_TO_OTHERS = 100;

/** For who writes a run and does nothing else: as many as come go, once that many wait for a build with more to do. */
export function pruneIfMany(stateDir: string): void {
  const surplus = surplusOf(`${stateDir}/runs`);
  if (surplus.length <= LEAVE_TO_OTHERS) return;
  for (const name of surplus.slice(-2))
    rmSync(hidden(`${stateDir}/runs`, name), { recursive: true, force: true });
}

/**
 * Removes older runs while a build is at work, without its waiting for it: removing folders takes some file systems longer
 * than all of a small build's records. Whoever calls what is returned wants no more to be begun; the next build goes on.
 */
export function startPruning(stateDir: string): () => void {
  const runs = `${stateDir}/runs`;
  const surplus = surplusOf(runs);
  let over = false;
  const next = (): void => {
    const name = over ? undefined : surplus.pop();
    if (name !== undefined) remove(hidden(runs, name), next);
  };
  next();
  return () => {
    over = true;
  };
}

/** Oldest last. Hidden names are other processes' unfinished ones, or half removed; those older than what is kept are left-overs. */
function surplusOf(runs: string): string[] {
  const names = namesIn(runs).filter((name) => name !== 'latest');
  if (names.length <= KEEP_RUNS) return [];
  return names.sort((a, b) => (timeOf(a) < timeOf(b) ? 1 : -1)).slice(KEEP_RUNS);
}

const timeOf = (name: string): string => name.replace(/^\.(tmp|latest)-/, '');

/** Nobody is to read half of a run. */
function hidden(runs: string, name: string): string {
  if (name.startsWith('.')) return `${runs}/${name}`;
  const path = `${runs}/.tmp-${name}`;
  try {
    renameSync(`${runs}/${name}`, path);
  } catch {
    // Gone meanwhile, or not ours to move: removing it then fails just the same, and harms nobody.
  }
  return path;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** What cannot be removed stays, and is tried again by the next build. */
function remove(path: string, done: () => void): void {
  unlink(path, (error) => {
    if (!error) done();
    else readdir(path, (_, names) => removeAll(path, names ?? [], () => rmdir(path, () => done())));
  });
}

function removeAll(folder: string, names: string[], done: () => void): void {
  const name = names.pop();
  if (name === undefined) done();
  else remove(`${folder}/${name}`, () => removeAll(folder, names, done));
}
