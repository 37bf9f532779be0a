import type { Flow } from '../ir/ir.ts';

/** The instructions that belong to one function, and how control moves among them. */
export interface Body {
  readonly start: number;
  /** Behind the last address that may belong to it: the next function's start. */
  readonly end: number;
  /** Where it can be entered: its start and, rarely, more. In order. */
  readonly entries: readonly number[];
  /** In order. */
  readonly addresses: readonly number[];
  /** Jumps by register whose targets were found. */
  readonly tables: ReadonlyMap<number, readonly number[]>;
}

/** Where control goes inside the same function, as far as the instruction says; calls come back. */
export function successors(at: number, flow: Flow): number[] {
  switch (flow.k) {
    case 'jump':
      return [at + flow.offset];
    case 'branch':
      return [at + flow.offset, at + 4];
    case 'jump_to':
    case 'trap':
      return [];
    default:
      return [at + 4];
  }
}
