import type { OpName } from './ir.ts';
import type { Op } from './op.ts';
import { cryptoOps } from './ops-crypto.ts';
import { floatOps } from './ops-float.ts';
import { integerOps } from './ops-integer.ts';
import { saturatingOps } from './ops-saturate.ts';
import { vectorOps } from './ops-vector.ts';

/** Their order is their number in the bytecode of the fallback interpreter. */
export const OPS: readonly Op[] = [...integerOps, ...floatOps, ...vectorOps, ...saturatingOps, ...cryptoOps];

const byName = new Map(OPS.map((op) => [op.name, op]));

export function opNamed(name: OpName): Op {
  const op = byName.get(name);
  if (!op) throw new Error(`no operator ${name}`);
  return op;
}
