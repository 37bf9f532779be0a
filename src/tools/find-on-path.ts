import { accessSync, constants, statSync } from 'node:fs';

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
