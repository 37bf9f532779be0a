import { chmodSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { expressionOfFlow, expressionsOf, type Instruction, visit } from '../../../rules/recompiler/ir/ir.ts';
import type { Op } from '../../../rules/recompiler/ir/op.ts';
import { OPS } from '../../../rules/recompiler/ir/ops.ts';
import { FUZZED_ROWS, makeCases } from './cases.ts';
import { compareWithOracle } from './fuzz.ts';
import { missing, titled } from './needs.ts';
import { buildElf, inTemporaryFolder, runProgram, writeTo } from './snippets.ts';

const QEMU = 'qemu-aarch64-static';
const isShort = process.env['RECOMP_LONG'] ? undefined : 'a minute and a gigabyte; set RECOMP_LONG=1';
const reason = isShort ?? missing(QEMU);
const WIDTHS = { i32: 32, i64: 64, v128: 128 } as const;

/** The printers make these of flags; no instruction has them in its meaning. */
const OF_FLAGS = /^(ne32|ne64|select128|(feq|flt|fle)(32|64))$/;

function operatorsOf({ statements, flow }: Instruction): ReadonlySet<string> {
  const names = new Set<string>();
  const last = expressionOfFlow(flow);
  for (const e of [...statements.flatMap(expressionsOf), ...(last ? [last] : [])])
    visit(e, (part) => {
      if (part.k === 'op') names.add(part.op);
    });
  return names;
}

/** Runs something while an operator gives a wrong lowest bit. */
function whileBroken<T>(op: Op, work: () => T): T {
  const right = op.evaluate;
  op.evaluate = (...args) => BigInt.asUintN(WIDTHS[op.result], right(...args) ^ 1n);
  try {
    return work();
  } finally {
    op.evaluate = right;
  }
}

describe('an operator that is broken on purpose', () => {
  it.skipIf(reason)(
    titled('is found by comparing single instructions with qemu, in 99 of 100', reason),
    () => {
      // Most operators are of vectors and floats, many to a row of the table.
      const crowded = FUZZED_ROWS.filter(([name]) => /^(simd|scalar|fp)_/.test(name));
      const cases = [...makeCases(77, 15_000), ...makeCases(78, 55_000, crowded)];
      const states = inTemporaryFolder((folder) => {
        const program = writeTo(folder, 'cases', buildElf(cases));
        chmodSync(program, 0o755);
        return runProgram(QEMU, ['-cpu', 'max', program]);
      });
      const users = new Map<string, number[]>();
      cases.forEach((c, i) => {
        for (const name of operatorsOf(c.instruction)) users.set(name, [...(users.get(name) ?? []), i]);
      });
      const tried = OPS.filter((op) => !OF_FLAGS.test(op.name));
      const missed = tried.filter((op) => {
        const some = (users.get(op.name) ?? []).slice(0, 100);
        return whileBroken(op, () => compareWithOracle(cases, states, false, some)).length === 0;
      });
      expect(missed.length / tried.length, missed.map((op) => op.name).join(' ')).toBeLessThanOrEqual(0.01);
    },
    3_600_000,
  );
});
