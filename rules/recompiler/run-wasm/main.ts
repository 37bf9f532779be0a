// run-wasm PROGRAM.wasm [ARGUMENT…]: what the native program does with these arguments.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Change } from '../script/input-script.ts';
import { descriptorsOf } from './descriptors.ts';
import { makeHorizon, type Recording } from './horizon.ts';
import { runModule } from './host.ts';
import { Leave } from './leave.ts';
import { makeLinux } from './linux.ts';
import { parseProgramArguments } from './program-arguments.ts';
import { emptyRecording, writeRecording } from './run.ts';
import { RunTrace } from './run-trace.ts';

const [program, ...args] = process.argv.slice(2);
if (program === undefined) {
  process.stderr.write('run-wasm: which program? run-wasm PROGRAM.wasm [ARGUMENT…]\n');
  process.exitCode = 2;
} else process.exitCode = run(program, args);

function run(file: string, words: readonly string[]): number {
  const recording = emptyRecording();
  let name = file;
  let finish = (): void => {};
  let writeTrace = (): void => {};
  const fallback = new Set<number>();
  const traceFile = process.env['RECOMP_TRACE'];
  const trace = traceFile === undefined ? undefined : new RunTrace();
  const left = leaving(() =>
    runModule(
      readFileSync(file),
      (facts) => {
        name = facts.name;
        writeTrace = () => {
          if (traceFile !== undefined && trace) writeFileSync(traceFile, trace.text(facts));
        };
        if (facts.personality === 'linux')
          return makeLinux(descriptorsOf([file.replace(/\.wasm$/, ''), ...words]), complain);
        const { changes, out } = readWords(words);
        finish = () => {
          if (out === undefined) return printConsole(recording);
          writeRecording(recording, out);
          writeFileSync(join(out, 'hints.log'), hintLines(fallback));
        };
        return makeHorizon(changes, recording, complain);
      },
      { trace, fallback },
    ),
  );
  finish();
  writeTrace();
  if (left.message !== '') complain(`${name}: ${left.message}`);
  return left.status;
}

/** Where the interpreter took over. */
function hintLines(fallback: ReadonlySet<number>): string {
  return [...fallback].map((at) => `0x${at.toString(16)}\n`).join('');
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
