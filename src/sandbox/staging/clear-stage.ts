import { lstatSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs';
import { OUTPUT_DIR } from '../../model/exec-paths.ts';
import { emptyFolder, removeAny } from './remove.ts';
import type { SlotPaths } from './slot-folder.ts';
import type { Stage } from './stage.ts';

/**
 * Removes what was laid, the outputs, and whatever else turns out to be there. Only after `inspectStage` has made sure
 * that the folders made are still folders: a link in their place would lead the removal out of the slot.
 */
export function clearStage(slot: SlotPaths, stage: Stage): void {
  try {
    for (const path of stage.files.keys()) unlinkSync(`${slot.work}/${path}`);
    for (const path of stage.trees) emptyFolder(`${slot.work}/${path}`);
    for (const [path, tree] of stage.outputs) clearOutput(`${slot.work}/${path}`, tree);
    for (const path of [...stage.folders].reverse()) rmdirSync(`${slot.work}/${path}`);
  } catch {
    wipe(slot);
    return;
  }
  // Counting entries is cheap; it finds what was dropped beside everything known.
  if (readdirSync(slot.work).length > 1 || readdirSync(slot.out).length > 0) wipe(slot);
}

/** An output folder was made by us and goes with the folders; an output file may be anything by now. */
function clearOutput(path: string, tree: boolean): void {
  if (tree && lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true) emptyFolder(path);
  else removeAny(path);
}

/** Everything goes but `recomp-out` itself, which may be mounted. */
function wipe(slot: SlotPaths): void {
  for (const name of readdirSync(slot.work)) if (name !== OUTPUT_DIR) removeAny(`${slot.work}/${name}`);
  emptyFolder(slot.out);
}
