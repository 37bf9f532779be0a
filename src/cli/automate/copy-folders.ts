import { dirname, isAbsolute, join } from 'node:path';
import { plainPath } from '../../automation/sources.ts';
import type { Loop } from './find-loop.ts';

/** The stages, and the key that names another folder for the copies of each. */
export const STAGE_FOLDERS = [
  ['intake', 'intake_dir'],
  ['analysis', undefined],
  ['lift', 'lift_dir'],
  ['build', 'build_dir'],
  ['capture', 'assets_dir'],
  ['validate', 'validation_dir'],
  ['archive', undefined],
] as const;

/** Where `[outputs]` leads, absolute. */
export interface CopyFolders {
  readonly workRoot: string;
  readonly stages: readonly (readonly [stage: string, folder: string])[];
  readonly logs: string;
  /** The file of the lifted module, if it is asked for. */
  readonly module: string | undefined;
  readonly manifest: string;
}

export function copyFolders({ root, pkg, loaded }: Pick<Loop, 'root' | 'pkg' | 'loaded'>): CopyFolders {
  const { outputs = {} } = loaded.config ?? {};
  const home = (path: string): string => (isAbsolute(path) ? path : join(root, pkg, plainPath(path)));
  const workRoot = home(outputs.work_root ?? '');
  const within = (path: string | undefined, name: string): string =>
    path === undefined ? join(workRoot, name) : home(path);
  return {
    workRoot,
    stages: STAGE_FOLDERS.map(([stage, key]) => [stage, within(key && outputs[key], stage)] as const),
    logs: within(outputs.log_dir, 'logs'),
    module: outputs.lifted_module_json === undefined ? undefined : home(outputs.lifted_module_json),
    manifest: within(outputs.run_manifest, 'run-manifest.json'),
  };
}

/** Those that hold a list of what was copied there. */
export const listedFolders = ({ stages, logs, module }: CopyFolders): string[] => [
  ...stages.map(([, folder]) => folder),
  logs,
  ...(module === undefined ? [] : [dirname(module)]),
];
