import { chmodSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildProgram, liftFiles, runAsWasm } from './build-program.ts';
import { makeCases } from './cases.ts';
import { compareWithOracle } from './fuzz.ts';
import { missing, titled } from './needs.ts';
import { buildElf, codeAddress, inTemporaryFolder, runProgram, writeTo } from './snippets.ts';

const isLong = Boolean(process.env['RECOMP_LONG']);
const QEMU = 'qemu-aarch64-static';
const reason = missing(QEMU);
const buildReason = missing(QEMU, 'gcc');

describe('single instructions with random registers, flags and memory', () => {
  it.skipIf(reason)(
    titled('mean to our interpreter what they mean to qemu', reason),
    () => {
      for (let seed = 1; seed <= (isLong ? 50 : 1); seed++) {
        const cases = makeCases(seed, isLong ? 20_000 : 4000);
        const states = inTemporaryFolder((folder) => {
          const program = writeTo(folder, 'cases', buildElf(cases));
          chmodSync(program, 0o755);
          return runProgram(QEMU, ['-cpu', 'max', program]);
        });
        expect(compareWithOracle(cases, states), `seed ${seed}`).toEqual([]);
      }
    },
    3_600_000,
  );

  it('mean the same in printed WebAssembly', () => {
    for (let seed = 201; seed <= (isLong ? 220 : 201); seed++) {
      const cases = makeCases(seed, isLong ? 5000 : 1500);
      const names = new Map(cases.map((_, i) => [codeAddress(i), `case_${i}`]));
      const states = runAsWasm(liftFiles('cases', buildElf(cases, true), { names }));
      expect(compareWithOracle(cases, states, true), `seed ${seed}`).toEqual([]);
    }
  }, 3_600_000);

  it.skipIf(buildReason)(
    titled('mean the same in printed C and in the fallback interpreter', buildReason),
    () => {
      const cases = makeCases(99, isLong ? 20_000 : 600);
      inTemporaryFolder((folder) => {
        const names = new Map(cases.map((_, i) => [codeAddress(i), `case_${i}`]));
        const program = buildProgram(folder, 'cases', buildElf(cases, true), { shardBytes: 0x18000, names });
        expect(compareWithOracle(cases, runProgram(program, []), true)).toEqual([]);
        expect(compareWithOracle(cases, runProgram(program, [], { RECOMP_INTERPRET: '1' }), true)).toEqual(
          [],
        );
      });
    },
    3_600_000,
  );
});
