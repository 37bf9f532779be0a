import { accessSync, constants, type Stats, statSync } from 'node:fs';

export interface Found {
  /** Absent: there is none. */
  readonly file?: string;
  /** Where one would have been found first. */
  readonly before: readonly string[];
}

/** The file that a command name stands for; a command with a slash is a path, relative to `folder`. */
export function findOnPath(command: string, path: string, folder: string): Found {
  const candidates = command.includes('/')
    ? [command.startsWith('/') ? command : `${folder}/${command}`]
    : pathFolders(path).map((entry) => `${entry}/${command}`);
  const at = candidates.findIndex(isProgram);
  const file = candidates[at];
  return file === undefined ? { before: candidates } : { file, before: candidates.slice(0, at) };
}

/** Of the first of these that is there but is no program, what it is instead. */
export function whyUnfit(candidates: readonly string[]): string | undefined {
  for (const path of candidates) {
    const what = lookAt(path);
    if (what?.isDirectory()) return `${path} is a folder`;
    if (what) return what.isFile() ? `${path} may not be executed` : `${path} is not a file`;
  }
  return undefined;
}

function lookAt(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** An empty or relative entry would make the tool depend on the current folder. */
const pathFolders = (path: string): string[] =>
  path
    .split(':')
    .filter((entry) => entry.startsWith('/'))
    .map((entry) => entry.replace(/\/+$/, ''));

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
