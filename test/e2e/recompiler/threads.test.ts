import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runModule } from '../../../rules/recompiler/run-wasm/host.ts';
import { makeLinux, printingHost } from '../../../rules/recompiler/run-wasm/linux.ts';
import { runWasmProgram } from '../../../rules/recompiler/run-wasm/run.ts';
import { buildProgram, liftFiles, runAsWasm } from './build-program.ts';
import { missing, titled } from './needs.ts';
import { inTemporaryFolder, runProgram, writeTo } from './snippets.ts';

const SOURCES = fileURLToPath(new URL('programs/', import.meta.url));
const CROSS = 'aarch64-linux-gnu-gcc';
const QEMU = 'qemu-aarch64-static';
const reason = missing('gcc', CROSS);
const oracle = missing('gcc', CROSS, QEMU);
const FLAGS = [
  ...['-O2', '-nostdlib', '-static', '-ffreestanding', '-fno-stack-protector', '-mno-outline-atomics', '-w'],
  '-Wl,--build-id=none',
];

function compile(folder: string, name: string, ...flags: readonly string[]): string {
  const elf = join(folder, `${name}.elf`);
  execFileSync(CROSS, [...FLAGS, ...flags, join(SOURCES, `${name}.c`), '-o', elf]);
  execFileSync('aarch64-linux-gnu-strip', [elf]);
  return elf;
}

/** What the three backends print. */
function printedBy(folder: string, elf: string): Readonly<Record<'c' | 'wasm' | 'interpreter', string>> {
  const program = buildProgram(folder, 'program', readFileSync(elf));
  return {
    c: runProgram(program, []).toString(),
    wasm: runAsWasm(liftFiles('program', readFileSync(elf))).toString(),
    interpreter: runProgram(program, [], { RECOMP_INTERPRET: '1' }).toString(),
  };
}

describe('threads of Linux', () => {
  it.skipIf(oracle).each(['armv8-a', 'armv8.1-a'])(
    titled('that agree on an order print the same everywhere, and under qemu, on %s', oracle),
    (machine) => {
      inTemporaryFolder((folder) => {
        const elf = compile(folder, 'settled', `-march=${machine}`);
        const expected = runProgram(QEMU, [elf]).toString();
        expect(expected).toMatch(/^turns 0123123123123123$/m);
        expect(printedBy(folder, elf)).toEqual({ c: expected, wasm: expected, interpreter: expected });
      });
    },
    600_000,
  );

  it.skipIf(reason)(
    titled('that race are interrupted at the same instructions by all backends', reason),
    () => {
      inTemporaryFolder((folder) => {
        const elf = compile(folder, 'racing');
        const { c, wasm, interpreter } = printedBy(folder, elf);
        expect(c).toMatch(/^spun [\da-f]{16}\n {2}time [\da-f]{16}\n$/m);
        expect(wasm).toBe(c);
        expect(interpreter).toBe(c);
        // Some additions were lost: they were interrupted in their middle.
        const [, added = ''] = /^careless ([\da-f]{16})$/m.exec(c) ?? [];
        expect(Number.parseInt(added, 16)).toBeLessThan(130_000);
      });
    },
    600_000,
  );

  it.skipIf(reason)(
    titled('that wait for each other end with who waits for what', reason),
    () => {
      inTemporaryFolder((folder) => {
        const elf = compile(folder, 'deadlock');
        const ran = spawnSync(buildProgram(folder, 'stuck', readFileSync(elf)), { encoding: 'utf8' });
        const said =
          /^stuck: (deadlock, nothing can wake any thread: thread 1 waits at the futex 0x[\da-f]+, thread 2 waits at the futex 0x[\da-f]+)\n$/;
        expect(ran).toMatchObject({ status: 70, stderr: expect.stringMatching(said) });
        const [, text = ''] = said.exec(ran.stderr) ?? [];
        const lifted = liftFiles('stuck', readFileSync(elf));
        expect(() => runAsWasm(lifted)).toThrow(`the module ended with 70: ${text}`);
      });
    },
    600_000,
  );
});

describe('threads of the C library', () => {
  const expected = {
    status: 3,
    stdout: 'sum 748500, owns 1515 and 5\n30\n30\n30\n30\nbegun 1, ended 10\nowner died 1\ntimed out 1\n',
  };
  const build = (folder: string): string => {
    const elf = join(folder, 'program.elf');
    execFileSync(CROSS, ['-O2', '-static', '-pthread', join(SOURCES, 'pthreads.c'), '-o', elf]);
    execFileSync('aarch64-linux-gnu-strip', [elf]);
    return elf;
  };
  const run = (command: string, ...args: readonly string[]) => spawnSync(command, args, { encoding: 'utf8' });
  const short = missing(CROSS, QEMU);

  it.skipIf(short)(
    titled('do under qemu and as WebAssembly what they should', short),
    () => {
      inTemporaryFolder((folder) => {
        const elf = build(folder);
        expect(run(QEMU, elf, 'plain')).toMatchObject({
          ...expected,
          stdout: expected.stdout.replace('owner died 1\n', ''),
        });
        const output: Uint8Array[] = [];
        const module = liftFiles('program', readFileSync(elf)).get('program.wasm');
        if (typeof module !== 'object') throw new Error('the lift printed no module');
        const host = printingHost((_, bytes) => void output.push(bytes));
        const left = runModule(module, () => makeLinux(host));
        expect({ status: left.status, stdout: Buffer.concat(output).toString() }).toEqual(expected);
      });
    },
    600_000,
  );

  const long = process.env['RECOMP_LONG'] ? reason : 'compiles half a minute; set RECOMP_LONG=1';
  it.skipIf(long)(
    titled('do so as C, lifted and interpreted', long),
    () => {
      inTemporaryFolder((folder) => {
        const program = buildProgram(folder, 'program', readFileSync(build(folder)), { shardBytes: 16384 });
        expect(run(program)).toMatchObject(expected);
        expect(spawnSync(program, { encoding: 'utf8', env: { RECOMP_INTERPRET: '1' } })).toMatchObject(
          expected,
        );
      });
    },
    600_000,
  );
});

describe('signals between threads', () => {
  const build = (folder: string): string => {
    const elf = join(folder, 'cancel.elf');
    execFileSync(CROSS, ['-O2', '-static', '-pthread', join(SOURCES, 'cancel.c'), '-o', elf]);
    execFileSync('aarch64-linux-gnu-strip', [elf]);
    return elf;
  };
  const short = missing(CROSS, QEMU);

  it.skipIf(short)(
    titled('end waits and cancel threads as under qemu, as WebAssembly', short),
    () => {
      inTemporaryFolder((folder) => {
        const elf = build(folder);
        const expected = runProgram(QEMU, [elf]).toString();
        expect(expected).toContain('waiting: 0, cancelled, cleaned 101\n');
        expect(runAsWasm(liftFiles('program', readFileSync(elf))).toString()).toBe(expected);
      });
    },
    600_000,
  );

  const long = process.env['RECOMP_LONG'] ? reason : 'compiles half a minute; set RECOMP_LONG=1';
  it.skipIf(long)(
    titled('do so as C, lifted and interpreted', long),
    () => {
      inTemporaryFolder((folder) => {
        const elf = build(folder);
        const expected = runProgram(QEMU, [elf]).toString();
        const program = buildProgram(folder, 'program', readFileSync(elf), { shardBytes: 16384 });
        expect(runProgram(program, []).toString()).toBe(expected);
        expect(runProgram(program, [], { RECOMP_INTERPRET: '1' }).toString()).toBe(expected);
      });
    },
    600_000,
  );
});

const NRO = join(SOURCES, 'horizon-threads.nro');
const gcc = missing('gcc');
const cross = missing(CROSS);

/** What is documented of the kernel's answers, and what the program made of them. */
const ANSWERS = {
  priority: ['000000000000002c', '0000000000000030'],
  'too low': ['000000000000e001'],
  'no thread': ['000000000000e401'],
  processor: ['0000000000000000', '0000000000000002'],
  'bad priority': ['000000000000e001'],
  'close nothing': ['000000000000e401'],
  late: ['000000000000ea01'],
  later: ['000000000000ea01'],
  'too many': ['000000000000ee01'],
  'odd lock': ['000000000000cc01'],
  'free lock': ['0000000000000000'],
  'not equal': ['000000000000fa01', '000000000000fa01'],
  'no type': ['000000000000f001'],
  again: ['000000000000fa01'],
  closed: ['000000000000e401'],
  free: ['0000000000000000'],
  gate: ['0000000000000000', '0000000000000001'],
  'not mine': ['000000000000e401'],
  still: ['0000000000000001'],
  reset: ['0000000000000000', '000000000000fa01'],
};

function expectAnswers(console: string): void {
  const said = console.split('\n');
  for (const [name, values] of Object.entries(ANSWERS))
    expect(
      said.filter((line) => line.slice(0, -17) === name),
      name,
    ).toEqual(values.map((value) => `${name} ${value}`));
}

describe('threads of the console', () => {
  it('get the answers that are documented, as WebAssembly without any compiler', () => {
    inTemporaryFolder((out) => {
      const module = liftFiles('threads', readFileSync(NRO)).get('program.wasm');
      if (typeof module !== 'object') throw new Error('the lift printed no module');
      expect(runWasmProgram(writeTo(out, 'program.wasm', module), [], out)).toEqual({ ok: true, value: 0 });
      expectAnswers(readFileSync(join(out, 'console.log'), 'utf8'));
      expect(readFileSync(join(out, 'frames.bin'))).toHaveLength(10 * (16 + 64 * 36 * 4));
      expect(readFileSync(join(out, 'audio.sizes'), 'utf8')).toBe('3200\n'.repeat(10));
    });
  }, 600_000);

  it.skipIf(gcc)(
    titled('draw, sound and say the same as C, as WebAssembly and interpreted', gcc),
    () => {
      inTemporaryFolder((folder) => {
        const program = buildProgram(folder, 'threads', readFileSync(NRO));
        const module = liftFiles('threads', readFileSync(NRO)).get('program.wasm');
        const shown = (name: string, run: (out: string) => void): Record<string, string> => {
          const out = join(folder, name);
          mkdirSync(out);
          run(out);
          const files = ['frames.bin', 'audio.raw', 'audio.sizes', 'console.log'];
          return Object.fromEntries(files.map((file) => [file, readFileSync(join(out, file), 'latin1')]));
        };
        const native = shown('c', (out) => runProgram(program, ['--out', out]));
        expectAnswers(native['console.log'] ?? '');
        const wasm = shown('wasm', (out) => {
          if (typeof module !== 'object') throw new Error('the lift printed no module');
          expect(runWasmProgram(writeTo(folder, 'program.wasm', module), [], out)).toEqual({
            ok: true,
            value: 0,
          });
        });
        expect(wasm).toEqual(native);
        expect(
          shown('interpreter', (out) => runProgram(program, ['--out', out], { RECOMP_INTERPRET: '1' })),
        ).toEqual(native);
      });
    },
    600_000,
  );

  it.skipIf(cross)(
    titled('are in a program that is rebuilt bit for bit', cross),
    () => {
      inTemporaryFolder((folder) => {
        const rebuilt = join(folder, 'rebuilt.nro');
        execFileSync(join(SOURCES, 'horizon-threads.sh'), [rebuilt]);
        expect(readFileSync(rebuilt).equals(readFileSync(NRO))).toBe(true);
      });
    },
    600_000,
  );
});
