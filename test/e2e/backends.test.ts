import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { withoutCompiler } from '../support/bare-path.ts';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { missing, missingUnicorn, titled } from './recompiler/needs.ts';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const EMULATOR = fileURLToPath(new URL('recompiler/emulate.py', import.meta.url));
const SAMPLE = 'samples/first-light';
const OUT = `recomp-out/${SAMPLE}`;
const SHOWN = ['frames.bin', 'frames.hashes', 'audio.raw', 'audio.sizes', 'audio.hashes', 'console.log'];

function sampleWorkspace(): TestWorkspace {
  const ws = createWorkspace();
  cpSync(join(REPOSITORY, SAMPLE), join(ws.root, SAMPLE), { recursive: true });
  cpSync(join(REPOSITORY, 'recomp.toml'), join(ws.root, 'recomp.toml'));
  return ws;
}

const TWINS = ['c', 'wasm', 'auto']
  .map(
    (backend) => `[[target]]
name = "build-${backend}"
rule = "recompiled_binary"
lift = ":lift"
program = "first-light"
backend = "${backend}"

[[target]]
name = "capture-${backend}"
rule = "capture"
program = ":build-${backend}"
script = "input_script.toml"
`,
  )
  .join('\n');

/** Beside the stages, both backends at once. */
function withTwins(ws: TestWorkspace): void {
  ws.write(`${SAMPLE}/BUILD.toml`, TWINS);
}

const digest = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

const shown = (folder: string): Record<string, string> =>
  Object.fromEntries(
    SHOWN.filter((name) => existsSync(join(folder, name))).map((name) => [name, digest(join(folder, name))]),
  );

/** What the interpreter of the native program shows: nothing of the lifted code is used. */
function interpreted(ws: TestWorkspace, changes: string): string {
  const out = join(ws.root, 'interpreted');
  mkdirSync(out);
  const program = join(ws.root, OUT, 'build-c/first-light');
  execFileSync(program, ['--script', changes, '--out', out], { env: { RECOMP_INTERPRET: '1' } });
  return out;
}

const linesOf = (path: string): string[] => readFileSync(path, 'utf8').split('\n').slice(0, -1);

const gcc = missing('gcc');
const cross = missing('gcc', 'aarch64-linux-gnu-gcc');
const unicorn = missingUnicorn();

describe('first-light on a machine without a C compiler', () => {
  it('is recompiled, played and judged', () => {
    const ws = sampleWorkspace();
    const env = withoutCompiler(ws);
    const build = () => ws.run(['build', `//${SAMPLE}:validate`], { env });
    const cold = build();
    expect(cold).toMatchObject({ code: 0 });
    const note =
      'made as WebAssembly, which node runs: backend is auto, and there is no C compiler (cc) here';
    expect(cold.stderr.split(note)).toHaveLength(2);
    const notes = () => JSON.parse(ws.read('.recomp/runs/latest/run-manifest.json')).notes;
    expect(notes()).toEqual([{ target: `//${SAMPLE}:build`, note }]);
    expect(JSON.parse(ws.read(`${OUT}/validate/validation-report.json`))).toMatchObject({ failed: 0 });
    expect(existsSync(join(ws.root, OUT, 'build/first-light.wasm'))).toBe(true);
    const warm = build();
    expect(warm.stderr).toContain('actions up to date');
    expect(warm.stderr).not.toContain(note);
    expect(notes()).toHaveLength(1);
    const ran = ws.run(['run', `//${SAMPLE}:build`], { env });
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/^frame 0 tick 0 .*first light: done\n$/s);
  });

  it('says what to do when one is insisted on', () => {
    const ws = sampleWorkspace();
    withTwins(ws);
    const refused = ws.run(['build', `//${SAMPLE}:build-c`], { env: withoutCompiler(ws) });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('the tool "cc" was not found');
    expect(refused.stderr).toContain('apt install gcc libc6-dev');
  });

  it.skipIf(gcc)(titled('notices that one is installed, and that it is removed', gcc), () => {
    const ws = sampleWorkspace();
    const env = withoutCompiler(ws);
    const native = (): boolean => {
      expect(ws.run(['build', `//${SAMPLE}:build`], { env })).toMatchObject({ code: 0 });
      return readFileSync(join(ws.root, OUT, 'build/first-light')).toString('latin1', 1, 4) === 'ELF';
    };
    const compiler = join(env.PATH, 'cc');
    expect(native()).toBe(false);
    writeFileSync(compiler, '#!/bin/sh\nexec /usr/bin/gcc "$@"\n', { mode: 0o755 });
    expect(native()).toBe(true);
    rmSync(compiler);
    expect(native()).toBe(false);
  });
});

describe('the backends', () => {
  it.skipIf(gcc)(titled('show, sound and say the same to the byte', gcc), () => {
    const ws = sampleWorkspace();
    withTwins(ws);
    const targets = ['c', 'wasm', 'auto'].map((backend) => `//${SAMPLE}:capture-${backend}`);
    expect(ws.run(['build', ...targets])).toMatchObject({ code: 0 });
    const [native, wasm, auto] = ['c', 'wasm', 'auto'].map((b) => shown(join(ws.root, OUT, `capture-${b}`)));
    expect(Object.keys(native ?? {})).toEqual(SHOWN);
    expect(wasm).toEqual(native);
    expect(auto).toEqual(native);
    expect(existsSync(join(ws.root, OUT, 'build-auto/first-light.wasm'))).toBe(false);
    const { 'frames.hashes': _, 'audio.hashes': __, ...raw } = native ?? {};
    const changes = join(ws.root, OUT, 'capture-c/input.changes');
    expect(shown(interpreted(ws, changes))).toEqual(raw);
  });

  it.skipIf(cross)(
    titled(
      `show a changed colour in just the frames that hold it, ${unicorn ? `no emulator asked: it ${unicorn}` : 'and an emulator agrees'}`,
      cross,
    ),
    () => {
      const ws = sampleWorkspace();
      withTwins(ws);
      const source = ws.read(`${SAMPLE}/src/draw.c`);
      // The bars are drawn from frame 30 to 59: their green is one less.
      const changed = source.replace('255 - 20u * (u32)i, 128)', '254 - 20u * (u32)i, 128)');
      expect(changed).not.toBe(source);
      ws.write(`${SAMPLE}/src/draw.c`, changed);
      execFileSync(join(ws.root, SAMPLE, 'rebuild.sh'));
      const nro = join(ws.root, SAMPLE, 'first-light.nro');
      const refused = ws.run(['build', `//${SAMPLE}:capture-c`]);
      expect(refused.stderr).toMatch(/first-light\.nro has sha256 [0-9a-f]{64}, not /);
      const provenance = ws.read(`${SAMPLE}/provenance.toml`);
      ws.write(
        `${SAMPLE}/provenance.toml`,
        provenance
          .replace(/sha256 = ".*"/, `sha256 = "${digest(nro)}"`)
          .replace(/size = .*/, `size = ${readFileSync(nro).length}`),
      );

      const targets = ['capture-c', 'capture-wasm', 'validate'].map((name) => `//${SAMPLE}:${name}`);
      expect(ws.run(['build', '--keep-going', ...targets]).code).toBe(1);
      const frames = linesOf(join(ws.root, OUT, 'capture-c/frames.hashes'));
      const reference = linesOf(join(REPOSITORY, SAMPLE, 'reference/frames.hashes'));
      const different = frames.flatMap((hash, i) => (hash === reference[i] ? [] : [i]));
      expect(frames).toHaveLength(reference.length);
      expect(different).toEqual(Array.from({ length: 30 }, (_, i) => 30 + i));
      expect(JSON.parse(ws.read(`${OUT}/validate/validation-report.json`))).toMatchObject({
        failed: 1,
        video: { frame_comparison: { matched: 90, first_difference: 30, differences: different } },
      });
      const native = shown(join(ws.root, OUT, 'capture-c'));
      expect(shown(join(ws.root, OUT, 'capture-wasm'))).toEqual(native);
      expect(native['audio.hashes']).toBe(digest(join(REPOSITORY, SAMPLE, 'reference/audio.hashes')));
      const changes = join(ws.root, OUT, 'capture-c/input.changes');
      expect(shown(interpreted(ws, changes))['frames.bin']).toBe(native['frames.bin']);

      if (unicorn !== undefined) return;
      const emulated = join(ws.root, 'emulated');
      mkdirSync(emulated);
      execFileSync('/usr/bin/python3', [EMULATOR, nro, changes, emulated]);
      expect(linesOf(join(emulated, 'frames.hashes'))).toEqual(frames);
    },
    120_000,
  );
});
