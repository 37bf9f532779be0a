import { dirname, join, resolve } from 'node:path';
import type { LoadedAutomation } from '../../automation/load-automation.ts';
import { proprietaryFiles } from '../../automation/proprietary-files.ts';
import type { FileFacts } from '../../engine/content.ts';
import type { AutomationPackage } from '../../loading/package-source.ts';

/** Absolute: every proprietary file, and something within the folder of what is made of them. */
export function secretPlaces(
  root: string,
  packages: readonly AutomationPackage[],
  facts: Pick<FileFacts, 'look'>,
): string[] {
  const places = packages.flatMap(({ path, loaded }) => {
    const secret = proprietaryFiles(root, path, loaded);
    const workRoot = loaded.config?.outputs?.work_root;
    if (secret.length === 0) return [];
    const files = secret.map(({ file }) => file);
    // A copy that lies elsewhere than the provenance says is no less proprietary.
    const digests = new Set(secret.map(({ sha256 }) => sha256));
    for (const file of namedInputs(loaded.config).map((name) => resolve(root, path, name))) {
      const look = facts.look(file);
      if (look.kind === 'file' && digests.has(look.content.digest.hash)) files.push(file);
    }
    return workRoot === undefined ? files : [...files, join(resolve(root, path, workRoot), WITHIN)];
  });
  return [...new Set(places)];
}

function namedInputs(config: LoadedAutomation['config']): string[] {
  const { nro, nso = [], xci, keys, module_json } = config?.inputs ?? {};
  return [nro, ...nso, xci, keys, module_json, config?.capture?.video_path].filter(
    (name) => name !== undefined,
  );
}

/** Rules such as `out/` are about what a folder holds. */
const WITHIN = 'x';

export const shownPlace = (path: string): string => (path.endsWith(`/${WITHIN}`) ? dirname(path) : path);
