import type { Guest } from './host.ts';

/** A result of the kernel: module 1, and the number that it documents. */
const result = (number: bigint): bigint => 1n | (number << 9n);

export const DONE = 0n;
export const INVALID_ADDRESS = result(102n);
export const OUT_OF_RESOURCE = result(103n);
export const OUT_OF_HANDLES = result(105n);
export const INVALID_PRIORITY = result(112n);
export const INVALID_CORE = result(113n);
export const INVALID_HANDLE = result(114n);
export const TIMED_OUT = result(117n);
export const CANCELLED = result(118n);
export const OUT_OF_RANGE = result(119n);
export const INVALID_ENUM = result(120n);
export const INVALID_STATE = result(125n);

/** Of a supervisor call: x0; `undefined` where it stays, or others decide it later. */
export type Call = (guest: Guest, pc: bigint) => bigint | undefined;

export const low32 = (value: bigint): number => Number(value & 0xffff_ffffn);
export const signed32 = (value: bigint): number => Number(BigInt.asIntN(32, value));

const TICKS_PER_SECOND = 19_200_000n;

/** When a wait of so many nanoseconds is over; below zero: never. */
export function waitEnd(guest: Guest, nanoseconds: bigint): bigint | undefined {
  const signed = BigInt.asIntN(64, nanoseconds);
  return signed < 0n ? undefined : guest.getTick() + (signed * TICKS_PER_SECOND) / 1_000_000_000n;
}
