import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { WORKSPACE_FILE } from './safe-path.ts';

/** The nearest folder, upwards from here, that holds one of these files. */
export function findWorkspaceRoot(
  startDir: string,
  marks: readonly string[] = [WORKSPACE_FILE],
): string | undefined {
  for (let dir = resolve(startDir); ; dir = dirname(dir)) {
    if (marks.some((mark) => isFile(join(dir, mark)))) return dir;
    if (dirname(dir) === dir) return undefined;
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    return false;
  }
}
