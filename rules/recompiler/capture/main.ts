// capture --program FILE (a native program, or a printed .wasm) --script input_script.toml --out FOLDER
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { err, ok, type Result } from '../../../src/base/result.ts';
import { runWasmProgram } from '../run-wasm/run.ts';
import { parseInputScript, printChanges, printMarkers } from '../script/input-script.ts';
import { readBytes, readText, writeFiles } from '../tool/files.ts';
import { runTool } from '../tool/run-tool.ts';
import { hashAudio, hashFrames, printHashes } from './hashes.ts';

runTool({
  name: 'capture',
  required: ['program', 'script', 'out'],
  run(get) {
    const text = readText(get('script'));
    if (!text.ok) return text;
    const script = parseInputScript(text.value, get('script'));
    if (!script.ok) return script;
    const out = get('out');
    writeFiles(out, [
      ['input.changes', printChanges(script.value)],
      ['markers.json', printMarkers(script.value)],
    ]);
    const program = resolve(get('program'));
    const ran = program.endsWith('.wasm')
      ? runWasmProgram(program, script.value.changes, out)
      : runProgram(program, out);
    if (!ran.ok || ran.value !== 0) return ran;
    return writeHashes(out);
  },
});

/** The program's own complaint is on stderr; its exit status becomes "the answer is no". */
function runProgram(program: string, out: string): Result<number, string> {
  const args = ['--script', join(out, 'input.changes'), '--out', out];
  const { error, status, signal } = spawnSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (error) return err(`cannot run ${program}: ${error.message}`);
  if (status === 0) return ok(0);
  process.stderr.write(`capture: the program ended with ${signal ?? `exit status ${status}`}\n`);
  return ok(1);
}

function writeHashes(out: string): Result<number, string> {
  const frames = readBytes(join(out, 'frames.bin'));
  const audio = readBytes(join(out, 'audio.raw'));
  const sizes = readText(join(out, 'audio.sizes'));
  if (!frames.ok) return frames;
  if (!audio.ok) return audio;
  if (!sizes.ok) return sizes;
  const frameHashes = hashFrames(frames.value);
  const audioHashes = hashAudio(audio.value, sizes.value);
  if (!frameHashes.ok) return frameHashes;
  if (!audioHashes.ok) return audioHashes;
  writeFiles(out, [
    ['frames.hashes', printHashes(frameHashes.value)],
    ['audio.hashes', printHashes(audioHashes.value)],
  ]);
  return ok(0);
}
