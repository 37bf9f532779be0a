import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { buildProgram, liftFiles, runAsWasm } from './build-program.ts';
import { missing, titled } from './needs.ts';
import { inTemporaryFolder, runProgram } from './snippets.ts';

const SOURCES = fileURLToPath(new URL('programs/', import.meta.url));
const CROSS = 'aarch64-linux-gnu-gcc';
const QEMU = 'qemu-aarch64-static';
const reason = missing('gcc', CROSS, QEMU);
const FLAGS = [
  '-nostdlib',
  '-static',
  '-ffreestanding',
  '-fno-stack-protector',
  '-fno-math-errno',
  '-w',
  '-Wl,--build-id=none',
];

const levels = ['-O0', '-O1', '-O2', '-O3', '-Os'];
const programs = ['integers', 'floats', 'control'];

describe('a program that makes files, processes and signals', () => {
  it.skipIf(reason)(
    titled('comes to what it comes to under qemu', reason),
    () => {
      inTemporaryFolder((folder) => {
        const elf = join(folder, 'program.elf');
        execFileSync(CROSS, ['-O1', ...FLAGS, join(SOURCES, 'system-calls.c'), '-o', elf]);
        const program = buildProgram(folder, 'program', readFileSync(elf));
        const run = (command: string, args: readonly string[], env: Record<string, string>): string => {
          const here = join(folder, `here-${Object.keys(env).length}${args.length}`);
          mkdirSync(here);
          return execFileSync(command, args, { cwd: here, env, encoding: 'latin1' });
        };
        const expected = run(QEMU, [elf], {});
        expect(expected).toContain('and comes later');
        expect(run(program, [], {})).toBe(expected);
        expect(run(program, [], { RECOMP_INTERPRET: '1' })).toBe(expected);
      });
    },
    600_000,
  );
});

describe('compiled programs print the same as C, as WebAssembly, interpreted and under qemu', () => {
  it.skipIf(reason).each(programs.flatMap((name) => levels.map((level) => [name, level] as const)))(
    titled('%s at %s', reason),
    (name, level) => {
      inTemporaryFolder((folder) => {
        const elf = join(folder, 'program.elf');
        execFileSync(CROSS, [level, ...FLAGS, join(SOURCES, `${name}.c`), '-o', elf]);
        execFileSync('aarch64-linux-gnu-strip', [elf]);
        const expected = runProgram(QEMU, [elf]).toString();
        expect(expected.length).toBeGreaterThan(20);
        const program = buildProgram(folder, 'program', readFileSync(elf));
        expect(runProgram(program, []).toString()).toBe(expected);
        expect(runAsWasm(liftFiles('program', readFileSync(elf))).toString()).toBe(expected);
        expect(runProgram(program, [], { RECOMP_INTERPRET: '1' }).toString()).toBe(expected);
      });
    },
    600_000,
  );
});
