import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AUTOMATION_FILE, type AutomationChoice, loadAutomation } from '../../automation/load-automation.ts';
import { type ProprietaryFile, proprietaryFiles } from '../../automation/proprietary-files.ts';
import { plainPath } from '../../automation/sources.ts';
import type { SeenEntry } from '../../journal/seen-entry.ts';
import type { AutomationPackage } from '../../loading/package-source.ts';
import { discoverPackages } from '../../workspace/discover-packages.ts';
import { createNodeReader } from '../../workspace/node-reader.ts';
import { joinPath } from '../../workspace/safe-path.ts';
import type { ProprietaryRecord } from '../proprietary-record.ts';

/** A loop of the workspace, by the name of its file. */
export type NamedLoop = AutomationPackage & Pick<AutomationChoice, 'name'>;

/** Those that a build has not loaded, and that are known from earlier ones; of the whole workspace, where nobody has looked yet. */
export function otherLoops(
  root: string,
  record: ProprietaryRecord | undefined,
  loaded: readonly NamedLoop[],
  ignore: readonly string[],
): NamedLoop[] {
  const known = record?.loops ?? allLoops(root, ignore);
  const here = new Set(loaded.map(({ path, name }) => joinPath(path, name)));
  return known
    .filter(({ pkg, name }) => !here.has(joinPath(pkg, name)) && existsSync(join(root, pkg, name)))
    .map(({ pkg, name }) => ({
      path: pkg,
      name,
      loaded: loadAutomation(createNodeReader(root), pkg, name),
    }));
}

/** Every folder of the workspace that describes one by the usual name. */
export function allLoops(root: string, ignore: readonly string[]): AutomationChoice[] {
  const { packages } = discoverPackages(createNodeReader(root), ignore);
  return packages
    .filter((pkg) => existsSync(join(root, pkg, AUTOMATION_FILE)))
    .map((pkg) => ({ pkg, name: AUTOMATION_FILE }));
}

export const secretsOf = (root: string, loops: readonly AutomationPackage[]): ProprietaryFile[] =>
  loops.flatMap(({ path, loaded }) => proprietaryFiles(root, path, loaded));

/** Where they say what is proprietary: a build hangs on that although it has loaded none of them. */
export const filesOf = (loops: readonly NamedLoop[]): SeenEntry[] =>
  loops.flatMap(({ path, name, loaded }) =>
    [name, plainPath(loaded.config?.inputs?.provenance ?? '')]
      .filter((file) => file !== '' && !file.startsWith('/'))
      .map((file): SeenEntry => ({ path: joinPath(path, file), kind: 'load', type: 'file' })),
  );
