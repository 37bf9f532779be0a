import { execFileSync } from 'node:child_process';
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
const FLAGS = [
  '-O2',
  '-nostdlib',
  '-static',
  '-ffreestanding',
  '-fno-stack-protector',
  '-mno-outline-atomics',
  '-w',
];
const cross = missing(CROSS, QEMU);
const native = missing('gcc', CROSS, QEMU);

function compile(folder: string): string {
  const elf = join(folder, 'memory.elf');
  execFileSync(CROSS, [...FLAGS, '-Wl,--build-id=none', join(SOURCES, 'memory.c'), '-o', elf]);
  execFileSync('aarch64-linux-gnu-strip', [elf]);
  return elf;
}

describe('memory that is mapped, given back and mapped again', () => {
  it.skipIf(cross)(
    titled('is as under qemu, as WebAssembly', cross),
    () => {
      inTemporaryFolder((folder) => {
        const elf = compile(folder);
        const expected = runProgram(QEMU, [elf]).toString();
        expect(expected).toMatch(/^cycles that failed 0{16}\nleft behind 0{16}$/m);
        expect(runAsWasm(liftFiles('program', readFileSync(elf))).toString()).toBe(expected);
      });
    },
    600_000,
  );

  it.skipIf(native)(
    titled('is as under qemu, as C and interpreted', native),
    () => {
      inTemporaryFolder((folder) => {
        const elf = compile(folder);
        const expected = runProgram(QEMU, [elf]).toString();
        const program = buildProgram(folder, 'program', readFileSync(elf));
        expect(runProgram(program, []).toString()).toBe(expected);
        expect(runProgram(program, [], { RECOMP_INTERPRET: '1' }).toString()).toBe(expected);
      });
    },
    600_000,
  );
});
