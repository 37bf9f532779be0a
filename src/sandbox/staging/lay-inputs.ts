import { mkdirSync } from 'node:fs';
import { OUTPUT_DIR } from '../../model/exec-paths.ts';
import type { ExecutionRequest, StagedInput } from '../../ports/executor.ts';
import { clearStage } from './clear-stage.ts';
import { copyReadOnly, writeReadOnly } from './copy-file.ts';
import { copyTree } from './copy-tree.ts';
import { isSafePath, parentOf } from './safe-path.ts';
import type { SlotPaths } from './slot-folder.ts';
import { isBelow, type Stage, signatureOf } from './stage.ts';

export interface LayOptions {
  /** Mounts can be made: files too big to copy, and whole folders, stay where they are. */
  readonly canMount: boolean;
  /** No mount keeps the action from writing anywhere below the execution root. */
  readonly allWritable: boolean;
}

/** Lays an action's inputs and its outputs' folders. Throws what the file system says, with nothing left behind. */
export function layInputs(slot: SlotPaths, request: ExecutionRequest, options: LayOptions): Stage {
  // First of all: what is laid is removed again by path.
  for (const { at } of request.inputs) checkPath(at);
  for (const { path } of request.outputs) checkPath(path);
  const outputs = new Map(request.outputs.map((o) => [o.path, o.tree]));
  const writable = options.allWritable ? [''] : writableFolders(outputs.keys());
  const stage: Stage = {
    folders: new Set(),
    files: new Map(),
    trees: new Set(),
    mounts: [],
    outputs,
    writable,
  };
  try {
    const budget = { bytes: COPY_TOTAL };
    for (const input of request.inputs) layInput(slot, stage, input, options, budget);
    for (const [path, tree] of outputs) {
      makeFolder(slot, stage, tree ? path : parentOf(path));
    }
    signWritable(slot, stage);
    return stage;
  } catch (error) {
    clearStage(slot, stage);
    throw error;
  }
}

/** Files up to this size are copied, as long as the action's copies stay below the total. */
const COPY_MAX = 4 * 1024 * 1024;
const COPY_TOTAL = 16 * 1024 * 1024;
/** Not worth a mount, whatever the total. */
const COPY_ALWAYS = 64 * 1024;
/** Each mount makes the next one dearer (26 ms for 100): beyond this, files are copied whatever their size. */
const MOUNT_MAX = 48;

interface Budget {
  bytes: number;
}

function layInput(
  slot: SlotPaths,
  stage: Stage,
  input: StagedInput,
  options: LayOptions,
  budget: Budget,
): void {
  if (input.kind === 'tree') {
    layTree(slot, stage, input, options);
    return;
  }
  makeFolder(slot, stage, parentOf(input.at));
  const to = `${slot.work}/${input.at}`;
  if (input.kind === 'bytes') writeReadOnly(to, input.bytes, input.executable);
  else if (options.canMount && stage.mounts.length < MOUNT_MAX && isBig(input.size, budget)) {
    writeReadOnly(to, NOTHING, input.executable);
    stage.mounts.push(input);
  } else {
    budget.bytes -= input.size;
    copyReadOnly(input.from, to, input.size, input.executable);
  }
  stage.files.set(input.at, undefined);
}

const isBig = (size: number, budget: Budget): boolean =>
  size > COPY_MAX || (size > COPY_ALWAYS && size > budget.bytes);

const NOTHING = new Uint8Array();

function layTree(
  slot: SlotPaths,
  stage: Stage,
  input: { readonly at: string; readonly from: string },
  options: LayOptions,
): void {
  makeFolder(slot, stage, input.at);
  if (options.canMount) stage.mounts.push(input);
  else {
    stage.trees.add(input.at);
    copyTree(input.from, `${slot.work}/${input.at}`);
  }
}

function makeFolder(slot: SlotPaths, stage: Stage, path: string): void {
  if (path === '' || path === OUTPUT_DIR || stage.folders.has(path)) return;
  makeFolder(slot, stage, parentOf(path));
  mkdirSync(`${slot.work}/${path}`, { mode: 0o755 });
  stage.folders.add(path);
}

/** `recomp-out` is always writable; an output elsewhere makes its own folder so. */
function writableFolders(outputs: Iterable<string>): string[] {
  const folders = new Set([OUTPUT_DIR]);
  for (const path of outputs) if (!isBelow(path, OUTPUT_DIR)) folders.add(parentOf(path));
  return folders.has('') ? [''] : [...folders];
}

function signWritable(slot: SlotPaths, stage: Stage): void {
  for (const path of stage.files.keys()) {
    if (stage.writable.some((folder) => isBelow(path, folder))) {
      stage.files.set(path, signatureOf(`${slot.work}/${path}`));
    }
  }
}

function checkPath(path: string): void {
  if (!isSafePath(path)) throw new Error(`path leaves the execution root: ${path}`);
}
