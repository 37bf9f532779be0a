import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** git is changing the files of the tree that this folder is in, and will say when it is done. */
export function isGitBusy(folder: string): boolean {
  const git = gitFolder(folder);
  return git !== undefined && existsSync(join(git, 'index.lock'));
}

function gitFolder(from: string): string | undefined {
  for (let at = from; ; at = dirname(at)) {
    const git = join(at, '.git');
    const stat = statSync(git, { throwIfNoEntry: false });
    if (stat?.isDirectory()) return git;
    if (stat?.isFile()) return linkedFolder(at, git);
    if (at === dirname(at)) return undefined;
  }
}

/** Of a tree beside the main one, git's own folder lies elsewhere. */
function linkedFolder(tree: string, file: string): string | undefined {
  try {
    const to = /^gitdir: (.+)$/m.exec(readFileSync(file, 'utf8'))?.[1];
    return to === undefined ? undefined : resolve(tree, to);
  } catch {
    return undefined;
  }
}
