import { resolve } from 'node:path';
import type { KeyPath } from '../model/target.ts';
import { isWithin } from '../workspace/safe-path.ts';
import type { AutomationConfig } from './automation-shape.ts';
import type { StageContext } from './stage-target.ts';

type Outputs = NonNullable<AutomationConfig['outputs']>;

/** A place of `[outputs]`, absolute. */
export interface OutputPlace {
  readonly key: keyof Outputs & string;
  readonly path: string;
}

/** All that `[outputs]` names; what it does not name lies in `work_root`. */
export function outputPlaces(root: string, pkg: string, outputs: Outputs): OutputPlace[] {
  return KEYS.flatMap((key) => {
    const path = outputs[key];
    return path === undefined ? [] : [{ key, path: resolve(root, pkg, path) }];
  });
}

const KEYS = [
  'work_root',
  'intake_dir',
  'lift_dir',
  'build_dir',
  'assets_dir',
  'validation_dir',
  'log_dir',
  'run_manifest',
  'lifted_module_json',
] as const;

/**
 * Copies go into the workspace, or into a `work_root` that is written absolutely: a file that came with a checkout must not say
 * where else this machine is written to, nor what git and recomp find in their own folders.
 */
export function checkOutputs({ root, pkg, config, report }: StageContext): void {
  const { outputs = {} } = config;
  const workRoot = resolve(root, pkg, outputs.work_root ?? '');
  for (const { key, path } of outputPlaces(root, pkg, outputs)) {
    const at: KeyPath = ['outputs', key];
    const refuse = (message: string, help: string): void =>
      report({ code: 'bad-value', at, part: 'value', message, help });
    const own = ownFolder(root, path);
    if (own !== undefined)
      refuse(`outputs.${key} lies in ${own}, which is not for copies`, 'name another folder');
    else if (key === 'work_root' && !isWithin(root, path) && outputs.work_root?.startsWith('/') === false)
      refuse(
        'outputs.work_root leaves the workspace by `..`',
        `if it is meant, write it absolutely: "${path}"`,
      );
    else if (!isWithin(root, path) && !isWithin(workRoot, path))
      refuse(
        `outputs.${key} lies neither in the workspace nor in outputs.work_root`,
        'name a folder within one of them',
      );
  }
}

function ownFolder(root: string, path: string): string | undefined {
  const parts = path.split('/');
  if (parts.includes('.git')) return '.git';
  return ['.recomp', 'recomp-out'].find((name) => isWithin(`${root}/${name}`, path));
}
