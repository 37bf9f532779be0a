import type { FileHandle, Word } from '../../src/rule-api/index.ts';
import { SHELL_VARIABLES } from './process-attributes.ts';
import type { ProcessFiles } from './process-files.ts';

/** Linux gives a single variable 128 KiB; some is left for its name and what the script makes of it. */
const MAX_VARIABLE = 100_000;

export interface ShellFault {
  readonly message: string;
  readonly help: string;
}

/**
 * The variables of a script. A list that cannot be written into one variable (white space in a path, too long,
 * not known yet) is left out, unless the script asks for it: then it is a fault, or, if only its length is
 * unknown, given as it turns out.
 */
export function shellEnvironment(
  script: string,
  files: ProcessFiles,
  fail: (fault: ShellFault) => void,
): Record<string, Word> {
  const env: Record<string, Word> = {};
  const setList = (name: Variable, list: readonly FileHandle[], instead: string): void => {
    const asked = mentions(script, name);
    const fault = listFault(name, list, instead);
    if (fault !== undefined) {
      if (asked) fail(fault);
    } else if (asked || list.every((f) => f.kind !== 'group')) env[name] = list;
  };
  setList('SRCS', files.srcs, 'read $SRCS_FILE, which has one path a line');
  setList('DEPS', files.deps, 'read $DEPS_FILE, which has one path a line');
  setList('OUTS', files.outs, 'name the outputs in the script');
  const [out] = files.outs;
  if (out !== undefined && files.outs.length === 1) env['OUT'] = out;
  else if (mentions(script, 'OUT')) {
    fail({
      message: `$OUT is the only output, but there are ${files.outs.length}`,
      help: 'use $OUTS, or name them in the script',
    });
  }
  if (mentions(script, 'SRCS_FILE')) env['SRCS_FILE'] = files.srcsFile();
  if (mentions(script, 'DEPS_FILE')) env['DEPS_FILE'] = files.depsFile();
  return env;
}

type Variable = (typeof SHELL_VARIABLES)[number];

const MENTIONS = new Map(
  SHELL_VARIABLES.map((name) => [name, new RegExp(`\\$\\{?#?${name}(?![A-Za-z0-9_])`)]),
);
const mentions = (script: string, name: Variable): boolean => MENTIONS.get(name)?.test(script) ?? false;

function listFault(name: string, list: readonly FileHandle[], help: string): ShellFault | undefined {
  let length = 0;
  for (const file of list) {
    if (file.kind === 'group') continue;
    if (/\s/.test(file.path)) {
      return {
        message: `the path ${JSON.stringify(file.path)} has white space, which $${name} cannot hold`,
        help,
      };
    }
    length += Buffer.byteLength(file.path) + 1;
  }
  if (length <= MAX_VARIABLE) return undefined;
  return {
    message: `$${name} would hold ${list.length} paths in ${length} bytes, more than a variable can`,
    help,
  };
}
