import { longAt, putWord, wordAt } from './guest-memory.ts';
import type { Guest } from './host.ts';
import { Leave } from './leave.ts';
import type { Answer, LinuxCall } from './linux-call.ts';
import type { Signals } from './linux-signals.ts';
import { ANY, type Thread } from './threads.ts';

/** What Linux keeps of a thread beside its registers. */
interface Kept {
  clearTid: bigint;
  robustList: bigint;
}

const EAGAIN = -11n;
const EINVAL = -22n;
const ENOSYS = -38n;
const ETIMEDOUT = -110n;
const TICKS_PER_SECOND = 19_200_000n;
const CLONE = { vm: 0x100n, sighand: 0x800n, thread: 0x10000n };
const SET_TLS = 0x80000n;
const PARENT_TID = 0x100000n;
const CLEAR_TID = 0x200000n;
const CHILD_TID = 0x1000000n;

/** System calls of Linux about threads, as in `runtime/linux-threads.c`, call by call. */
export function threadCalls(
  complain: (text: string) => void,
  signals: Pick<Signals, 'inherits'>,
): Readonly<Record<number, LinuxCall>> {
  const kept = new WeakMap<Thread, Kept>();
  const keptOf = (thread: Thread): Kept => {
    const known = kept.get(thread) ?? { clearTid: 0n, robustList: 0n };
    kept.set(thread, known);
    return known;
  };
  let firstStatus = 0;
  const exit: LinuxCall = (guest, pc) => {
    const { threads } = guest;
    const thread = threads.current();
    if (thread.id === 1) firstStatus = Number(guest.getX(0) & 255n);
    if (threads.alive() === 1) throw new Leave(firstStatus);
    const { clearTid, robustList } = keptOf(thread);
    releaseRobust(guest, robustList, pc);
    if (clearTid) {
      putWord(guest, clearTid, 0, pc);
      wakeWaiters(guest, clearTid, 1n, ANY);
    }
    threads.end('free');
    return undefined;
  };
  return {
    93: exit,
    96: (guest) => {
      keptOf(guest.threads.current()).clearTid = guest.getX(0);
      return BigInt(guest.threads.current().id);
    },
    98: useFutex,
    99: (guest) => {
      keptOf(guest.threads.current()).robustList = guest.getX(0);
      return 0n;
    },
    101: (guest, pc) => sleepUntil(guest, pc, guest.getTick(), guest.getX(0)),
    115: (guest, pc) => sleepUntil(guest, pc, guest.getX(1) & 1n ? 0n : guest.getTick(), guest.getX(2)),
    124: (guest) => {
      guest.setX(0, 0n);
      guest.threads.yieldNow();
      return undefined;
    },
    178: (guest) => BigInt(guest.threads.current().id),
    220: (guest, pc) => cloneThread(guest, pc, complain, keptOf, signals),
  };
}

function cloneThread(
  guest: Guest,
  pc: bigint,
  complain: (text: string) => void,
  keptOf: (thread: Thread) => Kept,
  signals: Pick<Signals, 'inherits'>,
): Answer {
  const { threads, facts } = guest;
  const [flags, stack, parentTid, tls, childTid] = [0, 1, 2, 3, 4].map((n) => guest.getX(n));
  const needed = CLONE.vm | CLONE.sighand | CLONE.thread;
  if (flags === undefined || (flags & needed) !== needed) {
    complain(
      `${facts.name}: system call at 0x${pc.toString(16)} would make a process, and only threads can be made`,
    );
    return ENOSYS;
  }
  const made = threads.make(pc + 4n, 'copied');
  if (made === undefined) return EAGAIN;
  threads.setX(made, 0, 0n);
  signals.inherits(made, threads.current());
  if (stack) threads.setX(made, 31, stack);
  if (flags & SET_TLS) threads.setSystem(made, 'tpidr', tls ?? 0n);
  if (flags & PARENT_TID) putWord(guest, parentTid ?? 0n, made.id, pc);
  if (flags & CHILD_TID) putWord(guest, childTid ?? 0n, made.id, pc);
  if (flags & CLEAR_TID) keptOf(made).clearTid = childTid ?? 0n;
  threads.makeReady(made);
  return BigInt(made.id);
}

const low32 = (value: bigint): number => Number(value & 0xffff_ffffn);

function wakeWaiters({ threads }: Guest, address: bigint, count: bigint, bits: number): bigint {
  let woken = 0n;
  for (; woken < count; woken++) {
    const thread = threads.firstWaiting('futex', address, bits);
    if (thread === undefined) break;
    threads.wake(thread, 0n);
  }
  return woken;
}

function moveWaiters({ threads }: Guest, from: bigint, to: bigint, count: bigint): bigint {
  let moved = 0n;
  for (; moved < count; moved++) {
    const thread = threads.firstWaiting('futex', from, ANY);
    if (thread === undefined) break;
    thread.wait = { ...thread.wait, key: to };
  }
  return moved;
}

const COMMAND = 127n;

function useFutex(guest: Guest, pc: bigint): Answer {
  const [address, command, count, limit, other, bits] = [0, 1, 2, 3, 4, 5].map((n) => guest.getX(n));
  if (address === undefined || address % 4n) return EINVAL;
  const wakeCount = (count ?? 0n) & 0xffff_ffffn;
  const moveCount = (limit ?? 0n) & 0xffff_ffffn;
  const mask = low32(bits ?? 0n);
  switch ((command ?? 0n) & COMMAND) {
    case 0n:
      return waitAtFutex(guest, pc, guest.getTick(), ANY);
    case 9n:
      return waitAtFutex(guest, pc, 0n, mask);
    case 1n:
      return wakeWaiters(guest, address, wakeCount, ANY);
    case 10n:
      return mask === 0 ? EINVAL : wakeWaiters(guest, address, wakeCount, mask);
    case 4n:
      if (wordAt(guest, address, pc) !== mask) return EAGAIN;
      return requeue(guest, address, wakeCount, other ?? 0n, moveCount);
    case 3n:
      return requeue(guest, address, wakeCount, other ?? 0n, moveCount);
    case 5n:
      return wakeAndChange(guest, pc);
    default:
      return ENOSYS;
  }
}

const requeue = (guest: Guest, from: bigint, count: bigint, to: bigint, limit: bigint): bigint => {
  const woken = wakeWaiters(guest, from, count, ANY);
  return woken + moveWaiters(guest, from, to, limit);
};

function waitAtFutex(guest: Guest, pc: bigint, from: bigint, bits: number): Answer {
  const [address, expected, timeout] = [guest.getX(0), guest.getX(2), guest.getX(3)];
  let until: bigint | undefined;
  if (timeout) {
    const ticks = ticksAt(guest, timeout, pc);
    if (ticks === undefined) return EINVAL;
    until = from + ticks;
  }
  if (bits === 0) return EINVAL;
  if (wordAt(guest, address, pc) !== low32(expected)) return EAGAIN;
  if (until !== undefined && until <= guest.getTick()) return ETIMEDOUT;
  guest.threads.waitFor({ kind: 'futex', key: address, bits, until, late: ETIMEDOUT });
  return undefined;
}

function wakeAndChange(guest: Guest, pc: bigint): Answer {
  const code = low32(guest.getX(5));
  const [first, second] = [guest.getX(0), guest.getX(4)];
  const [action, compare] = [(code >>> 28) & 7, (code >>> 24) & 15];
  const given = (code << 8) >> 20;
  const wanted = (code << 20) >> 20;
  const by = code >>> 31 ? 1 << (given & 31) : given;
  const before = wordAt(guest, second, pc) | 0;
  const value = [by, before + by, before | by, before & ~by, before ^ by][action];
  const holds = [
    before === wanted,
    before !== wanted,
    before < wanted,
    before <= wanted,
    before > wanted,
    before >= wanted,
  ][compare];
  if (value === undefined || holds === undefined) return ENOSYS;
  putWord(guest, second, value >>> 0, pc);
  const woken = wakeWaiters(guest, first, BigInt(low32(guest.getX(2))), ANY);
  return woken + (holds ? wakeWaiters(guest, second, BigInt(low32(guest.getX(3))), ANY) : 0n);
}

const FAR = 1n << 32n;
const NANOSECONDS = 1_000_000_000n;

/** A struct timespec; `undefined` where it is none. */
function ticksAt(guest: Guest, address: bigint, pc: bigint): bigint | undefined {
  const [seconds, nanoseconds] = [longAt(guest, address, pc), longAt(guest, address + 8n, pc)];
  if (nanoseconds >= NANOSECONDS) return undefined;
  if (seconds >= FAR) return FAR * TICKS_PER_SECOND;
  return seconds * TICKS_PER_SECOND + (nanoseconds * TICKS_PER_SECOND) / NANOSECONDS;
}

function sleepUntil(guest: Guest, pc: bigint, from: bigint, address: bigint): Answer {
  const ticks = ticksAt(guest, address, pc);
  if (ticks === undefined) return EINVAL;
  if (from + ticks <= guest.getTick()) {
    guest.setX(0, 0n);
    guest.threads.yieldNow();
  } else guest.threads.waitFor({ kind: 'time', until: from + ticks });
  return undefined;
}

const WAITERS = 0x8000_0000;
const OWNER_DIED = 0x4000_0000;
const MOST_LOCKS = 2048;

function releaseRobust(guest: Guest, head: bigint, pc: bigint): void {
  if (head === 0n) return;
  const offset = longAt(guest, head + 8n, pc);
  let entry = longAt(guest, head, pc);
  for (let i = 0; entry !== head && i < MOST_LOCKS; i++) {
    const plain = entry & ~1n;
    const address = BigInt.asUintN(64, plain + offset);
    const next = longAt(guest, plain, pc);
    const word = wordAt(guest, address, pc);
    if ((word & (OWNER_DIED - 1)) === guest.threads.current().id) {
      putWord(guest, address, ((word & WAITERS) | OWNER_DIED) >>> 0, pc);
      if (word & WAITERS) wakeWaiters(guest, address, 1n, ANY);
    }
    entry = next;
  }
}
