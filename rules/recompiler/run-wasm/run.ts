import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ok, type Result } from '../../../src/base/result.ts';
import type { Change } from '../script/input-script.ts';
import { makeHorizon, type Recording } from './horizon.ts';
import { runModule } from './host.ts';

/** Runs a printed module with an input script, and writes what the C runtime would write. */
export function runWasmProgram(
  program: string,
  changes: readonly Change[],
  out: string,
): Result<number, string> {
  const recording = emptyRecording();
  const complain = (text: string): void => void process.stderr.write(`${text}\n`);
  const left = runModule(readFileSync(program), () => makeHorizon(changes, recording, complain));
  writeRecording(recording, out);
  if (left.status !== 0) complain(`capture: the program ended with ${left.status}: ${left.message}`);
  return ok(left.status === 0 ? 0 : 1);
}

export const emptyRecording = (): Recording => ({ frames: [], audio: [], console: [] });

export function writeRecording(recording: Recording, out: string): void {
  writeFileSync(join(out, 'frames.bin'), Buffer.concat(recording.frames));
  writeFileSync(join(out, 'audio.raw'), Buffer.concat(recording.audio));
  writeFileSync(join(out, 'audio.sizes'), recording.audio.map((chunk) => `${chunk.length}\n`).join(''));
  writeFileSync(
    join(out, 'console.log'),
    Buffer.concat(recording.console.flatMap((line) => [line, Buffer.from('\n')])),
  );
}
