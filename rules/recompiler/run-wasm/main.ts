// run-wasm PROGRAM.wasm [ARGUMENT…]: what the native program does with these arguments.
import { readFileSync } from 'node:fs';
import type { Change } from '../script/input-script.ts';
import { descriptorsOf } from './descriptors.ts';
import { makeHorizon, type Recording } from './horizon.ts';
import { runModule } from './host.ts';
import { Leave } from './leave.ts';
import { makeLinux } from './linux.ts';
import { parseProgramArguments } from './program-arguments.ts';
import { emptyRecording, writeRecording } from './run.ts';

const [program, ...args] = process.argv.slice(2);
if (program === undefined) {
  process.stderr.write('run-wasm: which program? run-wasm PROGRAM.wasm [ARGUMENT…]\n');
  process.exitCode = 2;
} else process.exitCode = run(program, args);

function run(file: string, words: readonly string[]): number {
  const recording = emptyRecording();
  let name = file;
  let finish = (): void => {};
  const left = leaving(() =>
    runModule(readFileSync(file), (facts) => {
      name = facts.name;
      if (facts.personality === 'linux')
        return makeLinux(descriptorsOf([file.replace(/\.wasm$/, ''), ...words]), complain);
      const { changes, out } = readWords(words);
      finish = () => (out === undefined ? printConsole(recording) : writeRecording(recording, out));
      return makeHorizon(changes, recording, complain);
    }),
  );
  finish();
  if (left.message !== '') complain(`${name}: ${left.message}`);
  return left.status;
}

function complain(text: string): void {
  process.stderr.write(`${text}\n`);
}

function readWords(words: readonly string[]): { changes: readonly Change[]; out: string | undefined } {
  const read = parseProgramArguments(words, (path) => readFileSync(path, 'utf8'));
  if (!read.ok) throw new Leave(70, read.error);
  return read.value;
}

function printConsole({ console: lines }: Recording): void {
  process.stdout.write(Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')])));
}

/** What is wrong before the program starts ends it too. */
function leaving(start: () => Leave): Leave {
  try {
    return start();
  } catch (error) {
    if (error instanceof Leave) return error;
    if (error instanceof Error && 'code' in error) return new Leave(70, error.message);
    throw error;
  }
}
