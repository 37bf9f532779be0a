import { SYSTEM_SLOTS, type SystemSlot } from '../ir/ir.ts';
import { OPS } from '../ir/ops.ts';
import { DIRECT, LANE_SHIFTS } from './operators.ts';

/** What the host gives, in the order of the module's function indexes. */
export const HOST_FUNCTIONS = [
  'go_on',
  'outside_code',
  'system_call',
  'trap',
  'slice_over',
  'block_at',
] as const;

/** Operators that JavaScript computes; vectors go in as two halves and come out as the low one and a global. */
export const HOST_OPERATORS: readonly string[] = OPS.map((op) => op.name).filter(
  (name) =>
    !DIRECT.has(name) &&
    !LANE_SHIFTS.has(name) &&
    !/^(vget|vset|select)/.test(name) &&
    name !== 'vshuffle' &&
    name !== 'vlow',
);

const hostOperatorNumbers = new Map(HOST_OPERATORS.map((name, i) => [name, i]));

export const hostFunction = (name: (typeof HOST_FUNCTIONS)[number]): number => HOST_FUNCTIONS.indexOf(name);

export function hostOperator(name: string): number {
  const number = hostOperatorNumbers.get(name);
  if (number === undefined) throw new Error(`operator ${name} has no WebAssembly form`);
  return HOST_FUNCTIONS.length + number;
}

/** Functions of the module itself, behind what the host gives: `go`, then one for each guest function. */
export const GO = HOST_FUNCTIONS.length + HOST_OPERATORS.length;
export const SAVE_STATE = GO + 1;
export const LOAD_STATE = GO + 2;
export const FIRST_GUEST_FUNCTION = GO + 3;

/** Globals: x0..x30 and sp, v0..v31, the system slots, the flags, the high half of a vector result. */
export const globalX = (n: number): number => n;
export const globalV = (n: number): number => 32 + n;
export const globalSystem = (name: SystemSlot): number => 64 + SYSTEM_SLOTS.indexOf(name);
export const GLOBAL_FLAGS = 64 + SYSTEM_SLOTS.length;
export const GLOBAL_HIGH = GLOBAL_FLAGS + 1;
/** How many guest calls are host calls now. Beyond the limit a call is a jump, and the host's stack unwinds. */
export const GLOBAL_DEPTH = GLOBAL_FLAGS + 2;
export const DEPTH_LIMIT = 400;
/** How many jumps back are left until another thread may run. */
export const GLOBAL_LEFT = GLOBAL_FLAGS + 3;

/** What a function returns when another thread is to run: an address of no code, so that all callers return it. */
export const OTHER_THREAD = 1;

/** Where handlers of signals return to: no code either, and the two words there are known to unwinders. */
export const SIGNAL_RETURN = 0x6ff0_0000;

export const PAGE = 65_536;
/** Everything that the runtime gives a program lies below. */
export const MEMORY_PAGES = 0x7010_0000 / PAGE + 1;
/** Behind it a page for the registers on their way between the module and the host, and nothing that lasts. */
export const STATE_AT = MEMORY_PAGES * PAGE;
export const STATE_X = 0;
export const STATE_V = 32 * 8;
export const STATE_SYSTEM = STATE_V + 32 * 16;
export const STATE_FLAGS = STATE_SYSTEM + SYSTEM_SLOTS.length * 8;
export const STATE_BYTES = STATE_FLAGS + 8;
