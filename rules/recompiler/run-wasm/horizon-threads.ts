import type { Handles } from './horizon-handles.ts';
import * as R from './horizon-results.ts';
import type { Guest } from './host.ts';
import { Leave } from './leave.ts';
import type { Thread } from './threads.ts';

const LOWEST_PRIORITY = 63;
const CORES = 4;
const DEFAULT_CORE = -2;
const KEEP_CORE = -3;
const THREAD_LOCAL = 0x7000_2000;
const THREAD_LOCAL_BYTES = 0x200;

/** What the kernel keeps of a thread beside its registers. */
interface Kept {
  slot: number;
  core: number;
}
type KeptOf = (thread: Thread) => Kept;

/** Supervisor calls about threads, as in `runtime/horizon-threads.c`. */
export function threadCalls(handles: Handles): Readonly<Record<number, R.Call>> {
  const kept = new WeakMap<Thread, Kept>();
  const keptOf: KeptOf = (thread) => {
    const known = kept.get(thread) ?? { slot: 0, core: 0 };
    kept.set(thread, known);
    return known;
  };
  const named = (guest: Guest, register: number): Thread | undefined =>
    handles.threadOf(guest, R.low32(guest.getX(register)));
  return {
    8: (guest) => createThread(guest, handles, keptOf),
    9: (guest) => {
      const thread = named(guest, 0);
      if (thread === undefined) return R.INVALID_HANDLE;
      if (thread.status !== 'made') return R.INVALID_STATE;
      guest.threads.makeReady(thread);
      return R.DONE;
    },
    10: (guest) => exitThread(guest, handles),
    11: sleepThread,
    12: (guest) => {
      const thread = named(guest, 1);
      if (thread === undefined) return R.INVALID_HANDLE;
      guest.setX(1, BigInt(thread.priority));
      return R.DONE;
    },
    13: (guest) => {
      const [thread, priority] = [named(guest, 0), R.signed32(guest.getX(1))];
      if (priority < 0 || priority > LOWEST_PRIORITY) return R.INVALID_PRIORITY;
      if (thread === undefined) return R.INVALID_HANDLE;
      guest.threads.setPriority(thread, priority);
      return R.DONE;
    },
    14: (guest) => {
      const thread = named(guest, 2);
      if (thread === undefined) return R.INVALID_HANDLE;
      const { core } = keptOf(thread);
      guest.setX(1, BigInt(core));
      guest.setX(2, 1n << BigInt(core));
      return R.DONE;
    },
    15: (guest) => {
      const [thread, core] = [named(guest, 0), R.signed32(guest.getX(1))];
      if (core < KEEP_CORE || core >= CORES) return R.INVALID_CORE;
      if (thread === undefined) return R.INVALID_HANDLE;
      if (core === DEFAULT_CORE) keptOf(thread).core = 0;
      else if (core >= 0) keptOf(thread).core = core;
      return R.DONE;
    },
    16: (guest) => BigInt(keptOf(guest.threads.current()).core),
    37: (guest) => {
      const thread = named(guest, 1);
      if (thread === undefined) return R.INVALID_HANDLE;
      guest.setX(1, BigInt(thread.id));
      return R.DONE;
    },
  };
}

/** The registers that a program starts with, and the memory of its first thread. */
export function startThreads(guest: Guest, handles: Handles): number {
  const first = guest.threads.current();
  first.priority = 44;
  guest.threads.setSystem(first, 'tpidrro', BigInt(THREAD_LOCAL));
  return handles.addThread(first) ?? 0;
}

function createThread(guest: Guest, handles: Handles, keptOf: KeptOf): bigint {
  const { threads, memory } = guest;
  const [entry, argument, stack] = [1, 2, 3].map((n) => guest.getX(n));
  const [priority, core] = [R.signed32(guest.getX(4)), R.signed32(guest.getX(5))];
  if (core !== DEFAULT_CORE && (core < 0 || core >= CORES)) return R.INVALID_CORE;
  if (priority < 0 || priority > LOWEST_PRIORITY) return R.INVALID_PRIORITY;
  const slot = freeSlot(threads.all(), keptOf);
  const made = threads.make(entry ?? 0n, 'cleared');
  if (made === undefined) return R.OUT_OF_RESOURCE;
  const handle = handles.addThread(made);
  if (handle === undefined) {
    made.status = 'free';
    return R.OUT_OF_HANDLES;
  }
  const local = THREAD_LOCAL + slot * THREAD_LOCAL_BYTES;
  threads.setX(made, 0, argument ?? 0n);
  threads.setX(made, 31, stack ?? 0n);
  threads.setSystem(made, 'tpidrro', BigInt(local));
  memory.fill(0, local, local + THREAD_LOCAL_BYTES);
  Object.assign(keptOf(made), { slot, core: Math.max(core, 0) });
  made.priority = priority;
  guest.setX(1, BigInt(handle));
  return R.DONE;
}

function freeSlot(all: readonly Thread[], keptOf: KeptOf): number {
  const used = new Set(
    all.filter(({ status }) => status !== 'free' && status !== 'ended').map((thread) => keptOf(thread).slot),
  );
  let slot = 0;
  while (used.has(slot)) slot++;
  return slot;
}

function exitThread(guest: Guest, handles: Handles): undefined {
  const { threads } = guest;
  if (threads.alive() === 1) throw new Leave(0);
  handles.signal(guest, threads.current());
  threads.end(handles.countOf(threads.current()) > 0 ? 'ended' : 'free');
  return undefined;
}

/** Zero and below yield to other threads, on this processor or on any. */
function sleepThread(guest: Guest): undefined {
  const nanoseconds = guest.getX(0);
  if (BigInt.asIntN(64, nanoseconds) <= 0n) guest.threads.yieldNow();
  else guest.threads.waitFor({ kind: 'time', until: R.waitEnd(guest, nanoseconds), late: nanoseconds });
  return undefined;
}
