import { resolve } from 'node:path';
import { requestKey } from '../fast-path.ts';
import { say } from '../print.ts';
import { processStart } from '../process-start.ts';
import { placeProgram } from '../recompile/place-program.ts';
import {
  makeProgramWorkspace,
  PROGRAM_LABEL,
  type ProgramWorkspace,
} from '../recompile/program-workspace.ts';
import { type RecompileWords, readRecompileWords } from '../recompile/recompile-words.ts';
import { tellProgram } from '../recompile/tell-program.ts';
import { vetFiles } from '../recompile/vet-files.ts';
import { usageFault } from '../usage-fault.ts';
import { buildCommand } from './build.ts';

/** `recomp recompile FILE -o PROGRAM`. */
export async function recompileCommand(argv: readonly string[]): Promise<number> {
  const startedAt = processStart();
  const words = readRecompileWords(argv);
  if (typeof words === 'string') return usageFault('recompile', words);
  const binary = vetFiles(words);
  if (!binary.ok) {
    say(binary.error);
    return 2;
  }
  let workspace: ProgramWorkspace;
  try {
    workspace = makeProgramWorkspace(words, binary.value);
  } catch (error) {
    return noRoom('the folder that it is made in', error);
  }
  try {
    const code = await buildProgram(workspace, words, startedAt);
    if (code !== 0) {
      if (words.keep === undefined)
        say('with --keep DIR the workspace stays, and `recomp show` there has more');
      return code;
    }
    const files = placeProgram(workspace.root, resolve(words.output));
    tellProgram(workspace.root, words, files);
    return 0;
  } catch (error) {
    return noRoom(words.output, error);
  } finally {
    workspace.discard();
  }
}

function buildProgram({ root }: ProgramWorkspace, words: RecompileWords, startedAt: number): Promise<number> {
  const args = { ...words.build, patterns: [PROGRAM_LABEL] };
  const request = requestKey(root, root, args.patterns, args.sandbox, process.env);
  const frame = { command: `recomp recompile ${words.file}`, ended: () => {} };
  return buildCommand(args, request, { kind: 'go-on' }, startedAt, frame);
}

/** What the machine refuses; anything else is a mistake of ours. */
function noRoom(what: string, error: unknown): number {
  if (!(error instanceof Error && 'code' in error)) throw error;
  say(`${what} cannot be written: ${error.message}`);
  return 4;
}
