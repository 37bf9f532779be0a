import type { Guest } from './host.ts';

/** Of a call: what x0 becomes; `undefined` where others decide that later. */
export type Answer = bigint | undefined;

export type LinuxCall = (guest: Guest, pc: bigint) => Answer;
