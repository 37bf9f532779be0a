import { chmodSync, type Dirent, readdirSync, unlinkSync } from 'node:fs';
import { sorted } from '../../base/order.ts';
import { OUTPUT_DIR } from '../../model/exec-paths.ts';
import type { SlotPaths } from './slot-folder.ts';
import { type Stage, signatureOf } from './stage.ts';

export interface Inspection {
  /** What lies in writable folders and is neither an input nor a declared output; sorted, cut. */
  readonly undeclared: readonly string[];
  /** Inputs that are not as they were laid. */
  readonly modified: readonly string[];
}

/**
 * Looks at what an action left. Goes from the top down and removes at once whatever took the place of a folder that was
 * made for it, so that nobody who reads or removes below such a path later follows a link out of the slot.
 */
export function inspectStage(slot: SlotPaths, stage: Stage): Inspection {
  const undeclared: string[] = [];
  for (const folder of stage.writable) look(slot, stage, folder, undeclared);
  const modified: string[] = [];
  for (const [path, signature] of stage.files) {
    if (signature !== undefined && signatureOf(`${slot.work}/${path}`) !== signature) modified.push(path);
  }
  return { undeclared: sorted(undeclared).slice(0, UNDECLARED_MAX), modified: sorted(modified) };
}

const UNDECLARED_MAX = 100;

function look(slot: SlotPaths, stage: Stage, folder: string, undeclared: string[]): void {
  for (const entry of list(`${slot.work}/${folder}`)) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (stage.folders.has(path) || path === OUTPUT_DIR) {
      if (entry.isDirectory()) {
        if (stage.outputs.get(path) !== true && !stage.trees.has(path)) look(slot, stage, path, undeclared);
      } else {
        unlinkSync(`${slot.work}/${path}`);
        undeclared.push(path);
      }
    } else if (!stage.files.has(path) && !stage.outputs.has(path)) {
      if (entry.isDirectory()) listAll(slot, path, undeclared);
      else undeclared.push(path);
    }
  }
}

/** The action may have taken its own permissions away. */
function list(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    chmodSync(folder, 0o755);
    return readdirSync(folder, { withFileTypes: true });
  }
}

/** The files of a folder nobody declared; the folder itself when it holds none that can be seen. */
function listAll(slot: SlotPaths, folder: string, undeclared: string[]): void {
  const before = undeclared.length;
  try {
    for (const entry of readdirSync(`${slot.work}/${folder}`, { withFileTypes: true })) {
      if (undeclared.length > LOOK_MAX) return;
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) listAll(slot, path, undeclared);
      else undeclared.push(path);
    }
  } catch {
    // No permission, or a path too long: named by its folder.
  }
  if (undeclared.length === before) undeclared.push(folder);
}

/** Enough to sort before cutting in all but hostile cases. */
const LOOK_MAX = 10_000;
