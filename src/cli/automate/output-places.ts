import { readdirSync } from 'node:fs';
import { outputPlaces } from '../../automation/check-outputs.ts';
import type { AutomationPackage } from '../../loading/package-source.ts';
import { isWithin } from '../../workspace/safe-path.ts';
import { realOrSelf } from './real-or-self.ts';

/** Left in a `work_root` outside of the workspace, so that the next run knows it for one. */
export const WORK_ROOT_MARK = '.recomp-work-root';
/** What is made of proprietary inputs lies there, without a copy. */
const OURS = [WORK_ROOT_MARK, 'recomp-out'];

/** Where copies must not go, whatever the file says: through a link to somewhere else, and among somebody's own files. */
export function badPlaces(root: string, loops: readonly AutomationPackage[]): string[] {
  return loops.flatMap(({ path: pkg, loaded }) => {
    const places = outputPlaces(root, pkg, loaded.config?.outputs ?? {});
    const workRoot = places.find(({ key }) => key === 'work_root')?.path ?? root;
    const isOutside = !isWithin(root, workRoot);
    const allowed = [realOrSelf(root), ...(isOutside ? [realOrSelf(workRoot)] : [])];
    const away = places.flatMap(({ key, path }) => {
      const real = realOrSelf(path);
      return allowed.some((folder) => isWithin(folder, real))
        ? []
        : [`${path} (outputs.${key}) is, or lies behind, a link to ${real}`];
    });
    const taken = isOutside && isOthers(workRoot);
    return [...away, ...(taken ? [`${workRoot} (outputs.work_root) holds files that no run has made`] : [])];
  });
}

/** One that is new or empty may be taken. */
function isOthers(folder: string): boolean {
  try {
    const names = readdirSync(folder);
    return names.length > 0 && !OURS.some((name) => names.includes(name));
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ENOENT');
  }
}
