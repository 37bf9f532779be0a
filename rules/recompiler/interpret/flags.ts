import type { FlagKind } from '../ir/ir.ts';
import { bits, signed } from '../ir/op.ts';
import { opNamed } from '../ir/ops.ts';

const pack = (n: boolean, z: boolean, c: boolean, v: boolean): bigint =>
  (BigInt(n) << 31n) | (BigInt(z) << 30n) | (BigInt(c) << 29n) | (BigInt(v) << 28n);

/** N, Z, C, V at bits 31 to 28. */
export function computeFlags(kind: FlagKind, width: number, a: bigint, b: bigint, before: bigint): bigint {
  switch (kind) {
    case 'nzcv':
      return a & 0xf000_0000n;
    case 'and':
      return pack(signed(width, a) < 0n, a === 0n, false, false);
    case 'add':
      return sumFlags(width, a, b, 0n);
    case 'sub':
      return sumFlags(width, a, bits(width, ~b), 1n);
    case 'fcmp':
      return floatFlags(width, a, b);
    default:
      return sumFlags(width, a, b, (before >> 29n) & 1n);
  }
}

function sumFlags(width: number, a: bigint, b: bigint, carry: bigint): bigint {
  const wide = a + b + carry;
  const sum = bits(width, wide);
  const exact = signed(width, a) + signed(width, b) + carry;
  return pack(signed(width, sum) < 0n, sum === 0n, wide !== sum, exact !== signed(width, sum));
}

function floatFlags(width: number, a: bigint, b: bigint): bigint {
  if (opNamed(`feq${width}`).evaluate(a, b)) return pack(false, true, true, false);
  if (opNamed(`flt${width}`).evaluate(a, b)) return pack(true, false, false, false);
  if (opNamed(`flt${width}`).evaluate(b, a)) return pack(false, false, true, false);
  return pack(false, false, true, true);
}

export function conditionHolds(nzcv: bigint, code: number): boolean {
  const bit = (at: bigint): boolean => ((nzcv >> at) & 1n) === 1n;
  const [n, z, c, v] = [bit(31n), bit(30n), bit(29n), bit(28n)];
  const holds = [z, c, n, v, c && !z, n === v, !z && n === v, true][code >> 1] ?? true;
  return code & 1 && code !== 15 ? !holds : holds;
}
