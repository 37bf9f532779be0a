import { isAbsolute, join } from 'node:path';
import { OUTPUT_DIR } from '../../model/exec-paths.ts';
import type { Loop } from './find-loop.ts';

/** Where paths of outputs begin: the workspace, or, for what is made of proprietary inputs, its own folder. */
function outputRoot({ root, loaded }: Loop): string {
  const workRoot = loaded.targets.find((target) => target.taint)?.taint?.workRoot;
  if (workRoot === undefined) return root;
  return isAbsolute(workRoot) ? workRoot : join(root, workRoot);
}

/** A file of a stage, absolute. */
export const stageFile = (loop: Loop, stage: string, file = ''): string =>
  join(outputRoot(loop), OUTPUT_DIR, loop.pkg, stage, file);
