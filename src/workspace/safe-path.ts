/** Control characters, which no name that a person writes may hold: they would reach terminals, lists and scripts. */
const CONTROL = /[\p{Cc}\u2028\u2029]/u;

export const OUTPUT_DIR = 'recomp-out';
export const EXTERNAL_DIR = 'recomp-external';

/** Never looked into, wherever it lies. */
export const isSkippedFolder = (name: string): boolean =>
  name.startsWith('.') || name === 'node_modules' || name === OUTPUT_DIR;

/** Makes a folder a package. */
export const PACKAGE_FILES: readonly string[] = ['BUILD.toml', 'automation.toml'];
export const WORKSPACE_FILE = 'recomp.toml';
export const BUILD_FILE = 'BUILD.toml';

/** Why a relative path cannot be taken as it stands; absent: it can. */
export type PathFault = 'empty' | 'control' | 'backslash' | 'absolute' | 'parent' | 'not-normal' | 'too-long';

export function relativePathFault(path: string): PathFault | undefined {
  if (path === '') return 'empty';
  if (path.length > 4096) return 'too-long';
  if (CONTROL.test(path)) return 'control';
  if (path.startsWith('/')) return 'absolute';
  let fault: PathFault | undefined;
  for (let from = 0; from <= path.length; ) {
    const slash = path.indexOf('/', from);
    const to = slash < 0 ? path.length : slash;
    if (to - from === 2 && path.startsWith('..', from)) return 'parent';
    if (to === from || (to - from === 1 && path[from] === '.')) fault = 'not-normal';
    from = to + 1;
  }
  return path.includes('\\') ? 'backslash' : fault;
}

export const hasControl = (text: string): boolean => CONTROL.test(text);

export const joinPath = (dir: string, name: string): string => (dir === '' ? name : `${dir}/${name}`);

/** Whether a path is a folder or lies below it; both absolute, and written the shortest way. */
export const isWithin = (folder: string, path: string): boolean =>
  folder === '/' || path === folder || path.startsWith(`${folder}/`);

/** The folder a path lies in; the root's is the root. */
export const parentPath = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
