import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printOperators } from '../../../rules/recompiler/bytecode/print-operators.ts';
import { F32, F64, fromNumber, fusedMultiplyAdd, toNumber } from '../../../rules/recompiler/ir/float.ts';
import { opNamed } from '../../../rules/recompiler/ir/ops.ts';

const f64 = (value: number): bigint => fromNumber(F64, value);
const f32 = (value: number): bigint => fromNumber(F32, value);

describe('the operators', () => {
  it('are printed into the runtime as they are in the table', () => {
    const committed = readFileSync(
      new URL('../../../rules/recompiler/runtime/operators.h', import.meta.url),
      'utf8',
    );
    expect(committed).toBe(printOperators());
  });

  it('divide as Arm does: by zero it is zero, and the one quotient that does not fit wraps', () => {
    expect(opNamed('udiv32').evaluate(7n, 0n)).toBe(0n);
    expect(opNamed('sdiv32').evaluate(0x80000000n, 0xffffffffn)).toBe(0x80000000n);
    expect(opNamed('sdiv64').evaluate(BigInt.asUintN(64, -7n), 2n)).toBe(BigInt.asUintN(64, -3n));
  });

  it('keep the first signalling NaN, else the first, and make it quiet', () => {
    const add = opNamed('fadd32');
    expect(add.evaluate(0x7fc00001n, 0x7f800002n)).toBe(0x7fc00002n);
    expect(add.evaluate(0xffc00001n, 0x7fc00002n)).toBe(0xffc00001n);
    expect(add.evaluate(0x7f800000n, 0xff800000n)).toBe(0x7fc00000n);
  });

  it('round halves to even and away', () => {
    expect(opNamed('frintn64').evaluate(f64(2.5))).toBe(f64(2));
    expect(opNamed('frintn64').evaluate(f64(-0.5))).toBe(f64(-0));
    expect(opNamed('frinta32').evaluate(f32(-2.5))).toBe(f32(-3));
  });

  it('saturate when a float does not fit an integer', () => {
    expect(opNamed('fcvtzs32_64').evaluate(f64(1e300))).toBe(0x7fffffffn);
    expect(opNamed('fcvtzu64_32').evaluate(f32(-1))).toBe(0n);
    expect(opNamed('fcvtzs64_32').evaluate(0x7fc00000n)).toBe(0n);
  });

  it('multiply and add with one rounding', () => {
    const x = 1 + 2 ** -30;
    // The product is 1 + 2^-29 + 2^-60: only a fused sum sees the last term.
    expect(toNumber(F64, fusedMultiplyAdd(F64, f64(x), f64(x), f64(-(1 + 2 ** -29))))).toBe(2 ** -60);
  });

  it('convert integers to floats with one rounding', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
        expect(opNamed('ucvtf64_64').evaluate(value)).toBe(f64(Number(value)));
      }),
    );
    expect(opNamed('ucvtf32_64').evaluate(0x8000_0080_0000_0001n)).toBe(0x5f000001n);
  });
});
