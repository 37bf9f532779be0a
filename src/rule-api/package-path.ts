import { isAbsolute, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RULE_TOOLS_DIR } from '../model/exec-paths.ts';
import type { PackageFile } from './handles.ts';
import type { RulePackage } from './rule.ts';

/** A file or folder of a rule package as an input; names only, whether it exists is the host's to find out. */
export function packageFile(pkg: RulePackage, moduleUrl: string, path: string): PackageFile {
  const from = resolve(fileURLToPath(new URL('.', moduleUrl)), path);
  const inside = relative(pkg.root, from);
  if (inside === '' || inside === '..' || inside.startsWith('../') || isAbsolute(inside)) {
    throw new Error(`packageFile: ${path} is not below the rule package's folder`);
  }
  return { kind: 'tool', from, path: `${stagedRoot(pkg.name)}/${inside}` };
}

/** Two packages never share a folder: the spelling is reversible. */
export const stagedRoot = (packageName: string): string => `${RULE_TOOLS_DIR}/${safeName(packageName)}`;

const safeName = (name: string): string =>
  name
    .split('/')
    .map((part) => encodeURIComponent(part).replaceAll('%40', '@'))
    .join('+');
