import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import {
  AUTOMATION_FILE,
  type AutomationChoice,
  type LoadedAutomation,
  loadAutomation,
} from '../../automation/load-automation.ts';
import { createNodeReader } from '../../workspace/node-reader.ts';
import { findRoot } from '../fast-path.ts';

/** An `automation.toml`, and the workspace that it is part of. */
export interface Loop {
  readonly root: string;
  /** Its folder, relative to the root. */
  readonly pkg: string;
  /** Its name, if it is not called as usual. */
  readonly choice: AutomationChoice | undefined;
  readonly loaded: LoadedAutomation;
}

/** A string is what is wrong with the file's name. */
export function findLoop(config: string): Loop | string {
  const file = resolve(config);
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return `there is no file ${config}`;
  const folder = realpathSync(dirname(file));
  const root = findRoot(folder) ?? folder;
  const pkg = relative(root, folder);
  const name = basename(file);
  const choice = name === AUTOMATION_FILE ? undefined : { pkg, name };
  return { root, pkg, choice, loaded: loadAutomation(createNodeReader(root), pkg, name) };
}
