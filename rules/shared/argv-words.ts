import type { FileHandle, Word } from '../../src/rule-api/index.ts';
import type { ProcessFiles } from './process-files.ts';

const SPECIAL = /\$\$|\$\(([^()]*)\)|\$\(/g;
const WHOLE = /^\$\(([^()]*)\)$/;
const KNOWN = '$(srcs), $(deps), $(outs), $(out), $(srcs_file), $(deps_file), and $$ for a dollar sign';

export interface WordFault {
  readonly message: string;
  readonly help?: string;
}
type Fail = (fault: WordFault) => void;

/** Opens `$(…)` in a word: as a whole word it may become several, within a word it must be one path. */
export function argvWord(word: string, files: ProcessFiles, fail: Fail): Word {
  const whole = WHOLE.exec(word)?.[1];
  if (whole !== undefined) return filesNamed(whole, files, fail) ?? word;
  return word.replace(SPECIAL, (match, name: string | undefined) => {
    if (match === '$$') return '$';
    return name === undefined ? unclosed(word, fail) : embedded(name, word, files, fail);
  });
}

function unclosed(word: string, fail: Fail): string {
  fail({
    message: `${JSON.stringify(word)} opens $( without closing it`,
    help: 'write $$( for the characters $(',
  });
  return '';
}

function embedded(name: string, word: string, files: ProcessFiles, fail: Fail): string {
  const found = filesNamed(name, files, fail);
  if (found === undefined) return '';
  const [only] = found;
  if (only !== undefined && found.length === 1 && only.kind !== 'group') return only.path;
  const count = found.some((f) => f.kind === 'group')
    ? 'a number of paths that is not known yet'
    : `${found.length} paths`;
  fail({
    message: `$(${name}) within ${JSON.stringify(word)} stands for ${count}: it must be exactly one`,
    help: `make $(${name}) a word of its own, which becomes one word per path`,
  });
  return '';
}

function filesNamed(name: string, files: ProcessFiles, fail: Fail): readonly FileHandle[] | undefined {
  switch (name) {
    case 'srcs':
      return files.srcs;
    case 'deps':
      return files.deps;
    case 'outs':
      return files.outs;
    case 'out':
      if (files.outs.length === 1) return files.outs;
      fail({
        message: `$(out) stands for the only output, but there are ${files.outs.length}`,
        help: 'use $(outs)',
      });
      return undefined;
    case 'srcs_file':
      return [files.srcsFile()];
    case 'deps_file':
      return [files.depsFile()];
    default:
      fail({ message: `$(${name}) stands for nothing`, help: `known: ${KNOWN}` });
      return undefined;
  }
}
