import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { buildProgram } from './build-program.ts';
import { missing, titled } from './needs.ts';
import { inTemporaryFolder } from './snippets.ts';

const SOURCE = fileURLToPath(new URL('programs/libc.c', import.meta.url));
const CROSS = 'aarch64-linux-gnu-gcc';
const QEMU = 'qemu-aarch64-static';
const isShort = process.env['RECOMP_LONG'] ? undefined : 'compiles half a minute; set RECOMP_LONG=1';
const reason = isShort ?? missing('gcc', CROSS, QEMU);

describe('a static program of the C library', () => {
  it.skipIf(reason)(
    titled('prints, fails and exits as under qemu', reason),
    () => {
      inTemporaryFolder((folder) => {
        const elf = join(folder, 'program.elf');
        execFileSync(CROSS, ['-O2', '-static', SOURCE, '-o', elf, '-lm']);
        execFileSync('aarch64-linux-gnu-strip', [elf]);
        const program = buildProgram(folder, 'program', readFileSync(elf), { shardBytes: 16384 });
        const run = (command: string, args: readonly string[], env: Record<string, string> = {}): unknown => {
          const { status, stdout, stderr } = spawnSync(command, [...args, 'one', 'two'], {
            encoding: 'utf8',
            env,
          });
          return { status, stdout, stderr };
        };
        const expected = run(QEMU, [elf]);
        expect(expected).toMatchObject({ status: 21, stderr: 'to stderr\n' });
        expect(run(program, [])).toEqual(expected);
        expect(run(program, [], { RECOMP_INTERPRET: '1' })).toEqual(expected);
      });
    },
    600_000,
  );
});
