import type { SystemSlot } from '../ir/ir.ts';

/** A guest processor; all values are unsigned bits. */
export interface Machine {
  readonly x: bigint[];
  readonly v: bigint[];
  /** At bits 31 to 28. */
  nzcv: bigint;
  readonly system: Record<SystemSlot, bigint>;
  readonly memory: Memory;
}

export interface Memory {
  read(address: bigint, bytes: number): bigint;
  write(address: bigint, bytes: number, value: bigint): void;
}

export const makeMachine = (memory: Memory): Machine => ({
  x: Array.from({ length: 32 }, () => 0n),
  v: Array.from({ length: 32 }, () => 0n),
  nzcv: 0n,
  system: { tpidr: 0n, tpidrro: 0n, fpcr: 0n, fpsr: 0n, monitor: (1n << 64n) - 1n, tick: 0n },
  memory,
});
