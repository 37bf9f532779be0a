import { lstatSync, mkdirSync, renameSync, rmdirSync, symlinkSync } from 'node:fs';
import { OUTPUT_DIR, RULE_TOOLS_DIR } from '../model/exec-paths.ts';
import type { ExecutionRequest, StagedInput } from '../ports/executor.ts';
import { writeReadOnly } from './staging/copy-file.ts';
import { removeAny } from './staging/remove.ts';
import { isSafePath, parentOf } from './staging/safe-path.ts';
import { isBelow } from './staging/stage.ts';

/**
 * Prepares a workspace for actions that run in it: inputs are used where they lie, old outputs are removed. What comes
 * from elsewhere is laid (as a link) below folders that are recomp's own, never among the user's files.
 */
export class InPlace {
  readonly #workspace: string;
  /** What was laid, by path: laid once, as other actions may be using it. */
  readonly #laid = new Map<string, string>();
  #made = 0;

  constructor(workspace: string) {
    this.#workspace = workspace;
  }

  lay(request: ExecutionRequest): void {
    for (const { at } of request.inputs) checkPath(at);
    for (const { path } of request.outputs) checkPath(path);
    for (const input of request.inputs) {
      if (input.kind === 'bytes' || input.from !== `${this.#workspace}/${input.at}`) this.#place(input);
    }
    for (const { path, tree } of request.outputs) {
      const folder = parentOf(path);
      this.#refuseLinks(folder);
      removeAny(`${this.#workspace}/${path}`);
      mkdirSync(`${this.#workspace}/${tree ? path : folder}`, { recursive: true });
    }
  }

  /** Takes away what was laid outside of the outputs. */
  clear(): void {
    for (const path of this.#laid.keys()) {
      if (isBelow(path, OUTPUT_DIR)) continue;
      removeAny(`${this.#workspace}/${path}`);
      this.#removeEmpty(parentOf(path));
    }
  }

  #place(input: StagedInput): void {
    if (!OWN.some((folder) => isBelow(input.at, folder))) {
      throw new Error(
        `${input.at} is laid there from elsewhere, and without a sandbox it would lie among the user's files`,
      );
    }
    if (input.kind !== 'bytes' && this.#laid.get(input.at) === input.from) return;
    const to = `${this.#workspace}/${input.at}`;
    this.#refuseLinks(parentOf(input.at));
    mkdirSync(`${this.#workspace}/${parentOf(input.at)}`, { recursive: true });
    const temporary = `${to}.${process.pid}-${this.#made++}`;
    if (input.kind === 'bytes') writeReadOnly(temporary, input.bytes, input.executable);
    else symlinkSync(input.from, temporary);
    renameSync(temporary, to);
    this.#laid.set(input.at, input.kind === 'bytes' ? '' : input.from);
  }

  /** A link among the parents would lead what is written or removed there out of the workspace. */
  #refuseLinks(folder: string): void {
    let path = this.#workspace;
    for (const name of folder === '' ? [] : folder.split('/')) {
      path += `/${name}`;
      const stat = lstatSync(path, { throwIfNoEntry: false });
      if (!stat) return;
      if (!stat.isDirectory()) throw new Error(`${path} is not a folder`);
    }
  }

  #removeEmpty(folder: string): void {
    try {
      for (let path = folder; path !== ''; path = parentOf(path)) rmdirSync(`${this.#workspace}/${path}`);
    } catch {
      // Something else lies there.
    }
  }
}

const OWN = [OUTPUT_DIR, 'recomp-external', RULE_TOOLS_DIR];

function checkPath(path: string): void {
  if (!isSafePath(path)) throw new Error(`path leaves the workspace: ${path}`);
}
