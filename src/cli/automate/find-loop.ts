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
  const fault = fileFault(file);
  if (fault !== undefined) return fault === MISSING ? `${MISSING} ${config}` : `${config} ${fault}`;
  const folder = realpathSync(dirname(file));
  const root = findRoot(folder) ?? folder;
  const pkg = relative(root, folder);
  const name = basename(file);
  const choice = name === AUTOMATION_FILE ? undefined : { pkg, name };
  return { root, pkg, choice, loaded: loadAutomation(createNodeReader(root), pkg, name) };
}

const MISSING = 'there is no file';

/** What is wrong with the name of a configuration; undefined: it is a file. */
function fileFault(file: string): string | undefined {
  try {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat === undefined) return MISSING;
    if (stat.isDirectory()) return 'is a folder: name the file in it';
    return stat.isFile() ? undefined : 'is no plain file';
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return error.code === 'ELOOP'
      ? 'is a link that leads back to itself'
      : `cannot be looked at: ${error.message}`;
  }
}
