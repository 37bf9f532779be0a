import { lstatSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs';
import { OUTPUT_DIR } from '../model/exec-paths.ts';
import { removeAny } from '../sandbox/staging/remove.ts';

export interface Removal {
  readonly removed: number;
  readonly faults: readonly string[];
}

/** All of `recomp-out/`. */
export const removeAllOutputs = (root: string): Removal => removeEach(root, [OUTPUT_DIR]);

/** Single outputs, and the folders that have become empty. Nothing outside `recomp-out/`, and nothing behind a link. */
export function removeOutputs(root: string, paths: readonly string[]): Removal {
  const inside = paths.filter((path) => path.startsWith(`${OUTPUT_DIR}/`) && !path.split('/').includes('..'));
  const removal = removeEach(root, inside);
  for (const path of inside) removeEmptyParents(root, path);
  return removal;
}

/** What builds remember; `expunge`: past runs too. The lock goes last, when it has been given back. */
export function removeState(root: string, expunge: boolean): Removal & { readonly afterwards?: () => void } {
  const folder = expunge ? '.recomp' : '.recomp/state';
  const own = behindLink(root, `${folder}/x`);
  if (own !== undefined) return { removed: 0, faults: [linkFault(own)] };
  const goes = expunge
    ? (name: string) => !name.startsWith('lock')
    : (name: string) => REQUEST_FILE.test(name);
  const removal = removeEach(
    root,
    namesIn(`${root}/${folder}`)
      .filter(goes)
      .map((name) => `${folder}/${name}`),
  );
  return expunge ? { ...removal, afterwards: () => removeIfEmpty(`${root}/.recomp`) } : removal;
}

/** What is kept per request; journals serve every one of them. */
const REQUEST_FILE = /^[0-9a-f]{32}\./;

function removeEach(root: string, paths: readonly string[]): Removal {
  const faults: string[] = [];
  let removed = 0;
  for (const path of paths) {
    const link = behindLink(root, path);
    if (link !== undefined || isLink(`${root}/${path}`)) {
      // An output that is a link is removed as what it is; the folder of all outputs is somebody's own arrangement.
      if (link !== undefined || path === OUTPUT_DIR) faults.push(linkFault(link ?? path));
      else if (unlinked(`${root}/${path}`)) removed++;
      continue;
    }
    try {
      if (removeAny(`${root}/${path}`)) removed++;
    } catch (error) {
      faults.push(`${path} cannot be removed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { removed, faults: [...new Set(faults)] };
}

const linkFault = (path: string): string =>
  `${path} is a link, which is not followed: remove what it points to yourself`;

/** The first folder on the way that is a link. */
function behindLink(root: string, path: string): string | undefined {
  for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
    if (isLink(`${root}/${path.slice(0, slash)}`)) return path.slice(0, slash);
  }
  return undefined;
}

const isLink = (path: string): boolean => {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  } catch {
    return false;
  }
};

function unlinked(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch {
    return false;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function removeEmptyParents(root: string, path: string): void {
  if (behindLink(root, path) !== undefined) return;
  for (
    let slash = path.lastIndexOf('/');
    slash > OUTPUT_DIR.length;
    slash = path.lastIndexOf('/', slash - 1)
  ) {
    if (!removeIfEmpty(`${root}/${path.slice(0, slash)}`)) return;
  }
}

function removeIfEmpty(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch {
    return false;
  }
}
