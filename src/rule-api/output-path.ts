import { OUTPUT_DIR, PARAMS_DIR } from '../model/exec-paths.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
const ITEM = /\$\(item(?:\.(?:rel|name|stem))?\)/g;
const MAX_LENGTH = 1024;

/** Where a package's output lies. */
export const outputPath = (pkg: string, relative: string): string =>
  `${OUTPUT_DIR}/${inPackage(pkg, relative)}`;

/** Where a package's parameter file lies. */
export const paramsPath = (pkg: string, relative: string): string =>
  `${PARAMS_DIR}/${inPackage(pkg, relative)}`;

const inPackage = (pkg: string, relative: string): string => (pkg === '' ? relative : `${pkg}/${relative}`);

/** What is wrong with a path that a rule or a user chose, in words; absent: nothing. */
export function outputPathFault(pkg: string, relative: string): string | undefined {
  if (relative === '') return 'is empty';
  if (relative.length > MAX_LENGTH) return `is longer than ${MAX_LENGTH} characters`;
  if (CONTROL.test(relative)) return 'has a control character';
  if (relative.includes('\\')) return 'has a backslash: write /';
  if (relative.startsWith('/')) return 'is absolute: outputs are named relative to the package';
  const segments = relative.split('/');
  if (segments.includes('..')) return 'leaves the package by ..';
  if (segments.some((s) => s === '' || s === '.')) return 'is not in its shortest form';
  if (relative.includes('$(')) return 'has $(, which stands for a template’s item';
  if (`${outputPath(pkg, relative)}/`.startsWith(`${PARAMS_DIR}/`))
    return 'begins with .params, which is reserved';
  return undefined;
}

/** The same for a template's output, in which parts of the item may stand. */
export const templatePathFault = (pkg: string, relative: string): string | undefined =>
  outputPathFault(pkg, relative.replace(ITEM, 'item'));
