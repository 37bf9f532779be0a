import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { buildProgram, liftFiles, runAsWasm } from './build-program.ts';
import { missing, titled } from './needs.ts';
import { inTemporaryFolder, runProgram } from './snippets.ts';

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
