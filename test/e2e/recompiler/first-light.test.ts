import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { withTraceHints } from '../../../rules/analysis/tool/with-trace.ts';
import { NO_HINTS } from '../../../rules/recompiler/analyse/hints.ts';
import { hashAudio, hashFrames } from '../../../rules/recompiler/capture/hashes.ts';
import { discover } from '../../../rules/recompiler/lift/discover.ts';
import { runWasmProgram } from '../../../rules/recompiler/run-wasm/run.ts';
import { parseInputScript, printChanges } from '../../../rules/recompiler/script/input-script.ts';
import { parseRuntimeTrace } from '../../../rules/recompiler/trace/runtime-trace.ts';
import { imageOf } from '../../helpers/lifted.ts';
import { buildProgram, liftFiles } from './build-program.ts';
import { missing, missingUnicorn, titled } from './needs.ts';
import { inTemporaryFolder, writeTo } from './snippets.ts';

const SAMPLE = fileURLToPath(new URL('../../../samples/first-light/', import.meta.url));
const EMULATOR = fileURLToPath(new URL('emulate.py', import.meta.url));
const readLines = (path: string): string[] => readFileSync(path, 'utf8').split('\n').slice(0, -1);
const reference = {
  frames: readLines(join(SAMPLE, 'reference/frames.hashes')),
  audio: readLines(join(SAMPLE, 'reference/audio.hashes')),
};

interface Capture {
  readonly frames: readonly string[];
  readonly audio: readonly string[];
}

function writeChanges(folder: string): string {
  const script = parseInputScript(readFileSync(join(SAMPLE, 'input_script.toml'), 'utf8'));
  if (!script.ok) throw new Error(script.error);
  return writeTo(folder, 'input.changes', printChanges(script.value));
}

function capture(folder: string, program: string, env: Record<string, string> = {}): Capture {
  const out = join(folder, `capture-${Object.keys(env).join()}`);
  mkdirSync(out);
  execFileSync(program, ['--script', writeChanges(folder), '--out', out], { env });
  return readCapture(out);
}

function readCapture(out: string): Capture {
  const frames = hashFrames(readFileSync(join(out, 'frames.bin')));
  const audio = hashAudio(
    readFileSync(join(out, 'audio.raw')),
    readFileSync(join(out, 'audio.sizes'), 'utf8'),
  );
  if (!frames.ok || !audio.ok) throw new Error('the capture is malformed');
  return { frames: frames.value, audio: audio.value };
}

const gcc = missing('gcc');
const cross = missing('gcc', 'aarch64-linux-gnu-gcc');
const unicorn = missingUnicorn();

describe('first-light', () => {
  it.skipIf(gcc)(
    titled('draws and sounds as its reference, lifted and interpreted', gcc),
    () => {
      inTemporaryFolder((folder) => {
        const program = buildProgram(folder, 'first-light', readFileSync(join(SAMPLE, 'first-light.nro')));
        expect(capture(folder, program)).toEqual(reference);
        expect(capture(folder, program, { RECOMP_INTERPRET: '1' })).toEqual(reference);
      });
    },
    600_000,
  );

  it.skipIf(gcc)(
    titled('says by name where it was ended', gcc),
    () => {
      inTemporaryFolder((folder) => {
        const broken = readFileSync(join(SAMPLE, 'first-light.nro'));
        broken.writeUInt32LE(0xd4200000, 0x768); // a breakpoint
        const names = new Map([[0x8000760, 'fill_rect(u32 *)']]);
        const ran = spawnSync(buildProgram(folder, 'broken', broken, { names }), { encoding: 'utf8' });
        expect(ran.status).toBe(70);
        expect(ran.stderr).toBe('broken: trap at 0x8000768 (fill_rect(u32 *)+0x8): breakpoint\n');
      });
    },
    600_000,
  );

  it.skipIf(gcc)(
    titled('is helped by the interpreter where nothing was lifted, and says so to the next round', gcc),
    () => {
      inTemporaryFolder((folder) => {
        const nro = readFileSync(join(SAMPLE, 'first-light.nro'));
        const program = buildProgram(folder, 'gap', nro, { without: new Set([0x8000540]) });
        expect(capture(folder, program)).toEqual(reference);
        expect(readFileSync(join(folder, 'capture-/hints.log'), 'utf8')).toMatch(/^0x8000540$/m);
        const file = join(folder, 'trace.json');
        expect(capture(folder, program, { RECOMP_TRACE: file })).toEqual(reference);
        const trace = parseRuntimeTrace(readFileSync(file, 'utf8'));
        if (!trace.ok) throw new Error(trace.error);
        expect(trace.value.functions).toContain(0x8000540);
        const image = imageOf('gap', nro);
        const found = discover(image, withTraceHints(NO_HINTS, trace.value));
        expect(found.functions.map((f) => f.start)).toContain(0x8000540);
      });
    },
    600_000,
  );

  it('draws and sounds as its reference as WebAssembly, without any compiler', () => {
    inTemporaryFolder((folder) => {
      const files = liftFiles('first-light', readFileSync(join(SAMPLE, 'first-light.nro')));
      const module = writeTo(folder, 'program.wasm', files.get('program.wasm') ?? '');
      const script = parseInputScript(readFileSync(join(SAMPLE, 'input_script.toml'), 'utf8'));
      if (!script.ok) throw new Error(script.error);
      expect(runWasmProgram(module, script.value.changes, folder)).toEqual({ ok: true, value: 0 });
      expect(readCapture(folder)).toEqual(reference);
    });
  });

  it.skipIf(unicorn)(
    titled('has a reference that an emulator confirms', unicorn),
    () => {
      inTemporaryFolder((folder) => {
        execFileSync('/usr/bin/python3', [
          EMULATOR,
          join(SAMPLE, 'first-light.nro'),
          writeChanges(folder),
          folder,
        ]);
        expect(readLines(join(folder, 'frames.hashes'))).toEqual(reference.frames);
        expect(readLines(join(folder, 'audio.hashes'))).toEqual(reference.audio);
      });
    },
    600_000,
  );

  it.skipIf(cross)(
    titled('is rebuilt bit for bit, and shows a changed colour in just the frames that hold it', cross),
    () => {
      inTemporaryFolder((folder) => {
        const copy = join(folder, 'sample');
        cpSync(SAMPLE, copy, { recursive: true });
        const rebuilt = join(folder, 'rebuilt.nro');
        const rebuild = (): Buffer => {
          execFileSync(join(copy, 'rebuild.sh'), [rebuilt]);
          return readFileSync(rebuilt);
        };
        expect(rebuild().equals(readFileSync(join(SAMPLE, 'first-light.nro')))).toBe(true);
        const source = join(copy, 'src/draw.c');
        const text = readFileSync(source, 'utf8');
        const yellow = text.replace('rgb(255, 240, 90)', 'rgb(255, 241, 90)');
        expect(yellow).not.toBe(text);
        writeTo(join(copy, 'src'), 'draw.c', yellow);
        const changed = capture(folder, buildProgram(folder, 'changed', rebuild()));
        // The wave is drawn from frame 60 to 89.
        const different = changed.frames.flatMap((hash, i) => (hash === reference.frames[i] ? [] : [i]));
        expect(different).toEqual(Array.from({ length: 30 }, (_, i) => 60 + i));
        expect(changed.audio).toEqual(reference.audio);
      });
    },
    600_000,
  );
});
