import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type ProprietaryFile, proprietaryFiles } from '../../automation/proprietary-files.ts';
import type { FileFacts } from '../../engine/content.ts';
import type { AutomationPackage } from '../../loading/package-source.ts';
import { PACKAGE_FILES } from '../../workspace/safe-path.ts';
import type { RequestPlan } from '../plan-file.ts';

/**
 * Proprietary files that lie in somebody else's package of the workspace: its targets could name them, and nothing there would
 * know what they are. Packages below the loop's own ask it.
 */
export function inOtherPackages(root: string, loops: readonly AutomationPackage[]): string[] {
  return loops.flatMap(({ path, loaded }) =>
    proprietaryFiles(root, path, loaded).flatMap(({ file }) => {
      const owner = file.startsWith(`${root}/`) ? packageOf(root, dirname(file)) : undefined;
      const own = path === '' || owner === path || owner?.startsWith(`${path}/`) === true;
      return owner === undefined || own ? [] : [`${file} (in the package //${owner}, not //${path})`];
    }),
  );
}

/** The package that a folder is of; undefined: of none. */
function packageOf(root: string, folder: string): string | undefined {
  for (let dir = folder; dir.startsWith(root); dir = dirname(dir)) {
    if (PACKAGE_FILES.some((name) => existsSync(`${dir}/${name}`))) return dir.slice(root.length + 1);
    if (dir === root) break;
  }
  return undefined;
}

/** What actions that may be cached read, and what is byte for byte a proprietary file. */
export function copiesRead(
  root: string,
  { table }: Pick<RequestPlan, 'table'>,
  secrets: readonly ProprietaryFile[],
  facts: Pick<FileFacts, 'look'>,
): string[] {
  if (secrets.length === 0) return [];
  const sizes = new Set(secrets.map(({ size, file }) => size ?? sizeOf(file)));
  // Where nobody knows how long an original is, every file may be it.
  const mayBe = (size: number | undefined): boolean =>
    size !== undefined && (sizes.has(size) || sizes.has(undefined));
  return [...freelyRead(root, { table })].flatMap((file) => {
    const look = mayBe(sizeOf(file)) ? facts.look(file) : undefined;
    const same = look?.kind === 'file' ? original(secrets, look.content.digest.hash) : undefined;
    return same === undefined ? [] : [`${file} (the same as ${same})`];
  });
}

const original = (secrets: readonly ProprietaryFile[], hash: string): string | undefined =>
  secrets.find(({ sha256 }) => sha256 === hash)?.file;

const sizeOf = (file: string): number | undefined => statSync(file, { throwIfNoEntry: false })?.size;

function freelyRead(root: string, { table }: Pick<RequestPlan, 'table'>): ReadonlySet<string> {
  const files = new Set<string>();
  for (let i = 0; i < table.size; i++) {
    const { inputs, home } = table.node(i).decl;
    if (home !== undefined) continue;
    for (const input of inputs) {
      if (input.kind === 'external') files.add(input.from);
      else if (input.kind === 'source') files.add(`${root}/${input.path}`);
    }
  }
  return files;
}
