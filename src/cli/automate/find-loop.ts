import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import { AUTOMATION_FILE, type LoadedAutomation, loadAutomation } from '../../automation/load-automation.ts';
import { createNodeReader } from '../../workspace/node-reader.ts';
import { findRoot } from '../fast-path.ts';

/** An `automation.toml`, and the workspace that it is part of. */
export interface Loop {
  readonly root: string;
  /** Its folder, relative to the root. */
  readonly pkg: string;
  readonly loaded: LoadedAutomation;
}

/** A string is what is wrong with the file's name. */
export function findLoop(config: string): Loop | string {
  const file = resolve(config);
  if (basename(file) !== AUTOMATION_FILE)
    return `${config} is not called ${AUTOMATION_FILE}: the stages are targets of its folder, and are found by that name`;
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return `there is no file ${config}`;
  const folder = realpathSync(dirname(file));
  const root = findRoot(folder) ?? folder;
  const pkg = relative(root, folder);
  return { root, pkg, loaded: loadAutomation(createNodeReader(root), pkg) };
}
