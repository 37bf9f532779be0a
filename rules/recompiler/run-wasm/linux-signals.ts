import * as L from '../wasm/layout.ts';
import { bytesAt, longAt, putLong } from './guest-memory.ts';
import type { Guest, Personality } from './host.ts';
import { Leave } from './leave.ts';
import type { LinuxCall } from './linux-call.ts';
import { placeOfSystem, placeOfX, viewOf } from './module-exports.ts';
import type { Thread } from './threads.ts';

/** Signals of one process, as in `runtime/linux-signals.c`; those of others do not come here. */
export interface Signals extends Required<Pick<Personality, 'afterCall' | 'resumed' | 'signalReturn'>> {
  readonly calls: Readonly<Record<number, LinuxCall>>;
  /** What a call is begun again with, should a signal end its wait. */
  begins(guest: Guest, pc: bigint): void;
  /** A thread begins with the mask of the one that made it. */
  inherits(made: Thread, maker: Thread): void;
}

interface Action {
  readonly handler: bigint;
  readonly flags: bigint;
  readonly mask: bigint;
}

interface Begun {
  readonly pc: bigint;
  readonly x0: bigint;
  readonly x3: bigint;
  readonly x8: bigint;
}

/** What is kept of a thread. */
interface Kept {
  pending: bigint;
  blocked: bigint;
  /** The mask that comes back after handlers that ran under another one. */
  after: bigint | undefined;
  begun: Begun | undefined;
}

const SIGNALS = 64;
const FLAG = { restart: 0x1000_0000n, noDefer: 0x4000_0000n, reset: 0x8000_0000n };
const EINTR = BigInt.asUintN(64, -4n);
const EAGAIN = -11n;
const EINVAL = -22n;
const ESRCH = -3n;
const NO_ACTION: Action = { handler: 0n, flags: 0n, mask: 0n };
/** SIGCHLD, SIGCONT, SIGURG, SIGWINCH. */
const IGNORED = new Set([17, 18, 23, 28]);
const bitOf = (number: number): bigint => 1n << BigInt(number - 1);

export function makeSignals(): Signals {
  const actions = new Map<number, Action>();
  const all = new WeakMap<Thread, Kept>();
  const keptOf = (thread: Thread): Kept => {
    const known = all.get(thread) ?? { pending: 0n, blocked: 0n, after: undefined, begun: undefined };
    all.set(thread, known);
    return known;
  };
  const own = ({ threads }: Guest): Kept => keptOf(threads.current());
  const actionOf = (number: number): Action => actions.get(number) ?? NO_ACTION;

  const send = (guest: Guest, id: bigint, signal: bigint): bigint => {
    const thread = guest.threads
      .all()
      .find((t) => BigInt(t.id) === id && (t.status === 'ready' || t.status === 'waiting'));
    if (thread === undefined) return ESRCH;
    const number = Number(signal & 0xffff_ffffn);
    if (number > SIGNALS) return EINVAL;
    const { handler } = actionOf(number);
    if (number === 0 || handler === 1n || (handler === 0n && IGNORED.has(number))) return 0n;
    if (handler === 0n) throw new Leave(128 + number);
    const kept = keptOf(thread);
    kept.pending |= bitOf(number);
    if (thread.status === 'waiting' && !(kept.blocked & bitOf(number))) guest.threads.wake(thread, EINTR);
    return 0n;
  };

  /** As the kernel enters handlers, one upon the other; where it goes on, if that is another place. */
  const enter = (guest: Guest, pc: bigint, next: bigint): bigint => {
    const kept = own(guest);
    let at = next;
    for (let number = 1; number <= SIGNALS && kept.pending & ~kept.blocked; number++) {
      if (!(kept.pending & ~kept.blocked & bitOf(number))) continue;
      kept.pending &= ~bitOf(number);
      const action = actionOf(number);
      if (action.handler < 2n) continue;
      putFrame(guest, number, kept.after ?? kept.blocked, at, pc);
      kept.after = undefined;
      kept.blocked |= action.mask | (action.flags & FLAG.noDefer ? 0n : bitOf(number));
      if (action.flags & FLAG.reset) actions.set(number, { ...action, handler: 0n });
      at = action.handler;
    }
    return at;
  };

  /** Behind its call, or before it, if it is begun again once the handlers are done. */
  const afterBegun = (guest: Guest, begun: Begun): bigint | undefined => {
    const kept = own(guest);
    const due = kept.pending & ~kept.blocked;
    if (due === 0n) return undefined;
    const isAgain =
      guest.getX(0) === EINTR &&
      mayRestart(begun) &&
      numbersOf(due).every((number) => actionOf(number).flags & FLAG.restart);
    if (isAgain) guest.setX(0, begun.x0);
    return enter(guest, begun.pc, isAgain ? begun.pc : begun.pc + 4n);
  };

  return {
    begins: (guest, pc) => {
      const [x0, x3, x8] = [guest.getX(0), guest.getX(3), guest.getX(8)];
      own(guest).begun = { pc, x0, x3, x8 };
    },
    inherits: (made, maker) => {
      keptOf(made).blocked = keptOf(maker).blocked;
    },
    afterCall: (guest) => {
      const kept = own(guest);
      const { begun } = kept;
      kept.begun = undefined;
      return begun && afterBegun(guest, begun);
    },
    resumed: (guest, pc) => {
      const kept = own(guest);
      const { begun } = kept;
      kept.begun = undefined;
      return (begun && afterBegun(guest, begun)) ?? pc;
    },
    signalReturn: (guest) => {
      const { pc, mask } = takeFrame(guest);
      own(guest).blocked = mask;
      return enter(guest, pc, pc);
    },
    calls: {
      129: (guest) => send(guest, BigInt(guest.threads.current().id), guest.getX(1)),
      130: (guest) => send(guest, guest.getX(0), guest.getX(1)),
      131: (guest) => send(guest, guest.getX(1), guest.getX(2)),
      132: () => 0n,
      133: (guest, pc) => {
        const kept = own(guest);
        const mask = longAt(guest, guest.getX(0), pc);
        kept.after = kept.blocked;
        kept.blocked = mask;
        if (kept.pending & ~mask) return BigInt.asIntN(64, EINTR);
        guest.threads.waitFor({ kind: 'time' });
        return undefined;
      },
      134: (guest, pc) => {
        const number = Number(guest.getX(0));
        const [given, before] = [guest.getX(1), guest.getX(2)];
        if (number < 1 || number > SIGNALS || number === 9 || number === 19) return EINVAL;
        const { handler, flags, mask } = actionOf(number);
        if (given) actions.set(number, readAction(guest, given, pc));
        if (before)
          [handler, flags, 0n, mask].forEach(
            (word, i) => void putLong(guest, before + BigInt(8 * i), word, pc),
          );
        return 0n;
      },
      135: (guest, pc) => {
        const kept = own(guest);
        const [how, given, before] = [guest.getX(0), guest.getX(1), guest.getX(2)];
        const { blocked } = kept;
        if (given) {
          const mask = longAt(guest, given, pc);
          kept.blocked = how === 0n ? blocked | mask : how === 1n ? blocked & ~mask : mask;
        }
        if (before) putLong(guest, before, blocked, pc);
        return 0n;
      },
      136: (guest, pc) => {
        putLong(guest, guest.getX(0), 0n, pc);
        return 0n;
      },
      137: (guest, pc) => {
        const kept = own(guest);
        const [number] = numbersOf(kept.pending & longAt(guest, guest.getX(0), pc));
        if (number === undefined) return EAGAIN;
        kept.pending &= ~bitOf(number);
        return BigInt(number);
      },
    },
  };
}

/** A wait with an end is not begun again, as its end would move. */
const mayRestart = ({ x8, x3 }: Begun): boolean =>
  x8 !== 101n && x8 !== 115n && x8 !== 133n && !(x8 === 98n && x3 !== 0n);

const numbersOf = (bits: bigint): number[] =>
  Array.from({ length: SIGNALS }, (_, i) => i + 1).filter((number) => bits & bitOf(number));

function readAction(guest: Guest, at: bigint, pc: bigint): Action {
  const [handler, flags, mask] = [0n, 8n, 24n].map((by) => longAt(guest, at + by, pc));
  return { handler: handler ?? 0n, flags: flags ?? 0n, mask: mask ?? 0n };
}

/** Places in what the kernel leaves on the stack for a handler: who sent the signal, the mask, all registers. */
const CONTEXT = 128;
const OLD_MASK = CONTEXT + 40;
const REGISTERS = CONTEXT + 176 + 8;
const SP = REGISTERS + 248;
const PC = SP + 8;
const PSTATE = SP + 16;
const VECTORS = CONTEXT + 176 + 288;
const FRAME_SIZE = VECTORS + 4096;
const NO_ADDRESS = (1n << 64n) - 1n;
const SI_TKILL = -6;

function putFrame(guest: Guest, number: number, mask: bigint, next: bigint, pc: bigint): void {
  const state = guest.registers();
  const from = viewOf(state);
  const x = (n: number): bigint => from.getBigUint64(placeOfX(n), true);
  const record = (x(31) - 16n) & ~15n;
  const frame = record - BigInt(FRAME_SIZE);
  const bytes = bytesAt(guest, frame, BigInt(FRAME_SIZE + 16), pc);
  bytes.fill(0);
  const to = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const put = (at: number, value: bigint): void => to.setBigUint64(at, value, true);
  put(FRAME_SIZE, x(29));
  put(FRAME_SIZE + 8, next);
  to.setUint32(0, number, true);
  to.setInt32(8, SI_TKILL, true);
  to.setUint32(16, 1, true);
  put(OLD_MASK, mask);
  for (let n = 0; n < 31; n++) put(REGISTERS + 8 * n, x(n));
  put(SP, x(31));
  put(PC, next);
  put(PSTATE, BigInt(from.getUint32(L.STATE_FLAGS, true)));
  to.setUint32(VECTORS, 0x4650_8001, true);
  to.setUint32(VECTORS + 4, 528, true);
  to.setUint32(VECTORS + 8, from.getUint32(placeOfSystem('fpsr'), true), true);
  to.setUint32(VECTORS + 12, from.getUint32(placeOfSystem('fpcr'), true), true);
  bytes.set(state.subarray(L.STATE_V, L.STATE_V + 512), VECTORS + 16);
  const entered = {
    0: BigInt(number),
    1: frame,
    2: frame + BigInt(CONTEXT),
    29: record,
    30: BigInt(L.SIGNAL_RETURN),
    31: frame,
  };
  for (const [n, value] of Object.entries(entered)) from.setBigUint64(placeOfX(Number(n)), value, true);
  from.setBigUint64(placeOfSystem('monitor'), NO_ADDRESS, true);
  guest.setRegisters(state);
}

function takeFrame(guest: Guest): { readonly pc: bigint; readonly mask: bigint } {
  const state = guest.registers();
  const to = viewOf(state);
  const bytes = bytesAt(guest, to.getBigUint64(placeOfX(31), true), BigInt(FRAME_SIZE), 0n);
  const from = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const take = (at: number): bigint => from.getBigUint64(at, true);
  for (let n = 0; n < 31; n++) to.setBigUint64(placeOfX(n), take(REGISTERS + 8 * n), true);
  to.setBigUint64(placeOfX(31), take(SP), true);
  to.setUint32(L.STATE_FLAGS, Number(take(PSTATE) & 0xf000_0000n), true);
  to.setBigUint64(placeOfSystem('fpsr'), BigInt(from.getUint32(VECTORS + 8, true)), true);
  to.setBigUint64(placeOfSystem('fpcr'), BigInt(from.getUint32(VECTORS + 12, true)), true);
  state.set(bytes.subarray(VECTORS + 16, VECTORS + 16 + 512), L.STATE_V);
  guest.setRegisters(state);
  return { pc: take(PC), mask: take(OLD_MASK) };
}
