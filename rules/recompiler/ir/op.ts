import type { Type } from './ir.ts';

/** One operator: what the printers write and what the interpreter computes. */
export interface Op {
  readonly name: string;
  readonly args: readonly Type[];
  readonly result: Type;
  /** C text with `$0`…; without it the operator is a function of that name in `runtime/ops.h`. */
  readonly c?: string | undefined;
  /** On unsigned bits, to unsigned bits. */
  evaluate(...args: bigint[]): bigint;
}

const MASKS = new Map([8, 16, 32, 64, 128].map((width) => [width, (1n << BigInt(width)) - 1n]));

export const mask = (width: number): bigint => MASKS.get(width) ?? (1n << BigInt(width)) - 1n;

export const bits = (width: number, value: bigint): bigint => value & mask(width);

export const signed = (width: number, value: bigint): bigint => BigInt.asIntN(width, value);
