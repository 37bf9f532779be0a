import { putWord, wordAt } from './guest-memory.ts';
import type { Handles } from './horizon-handles.ts';
import * as R from './horizon-results.ts';
import type { Guest } from './host.ts';
import type { Thread } from './threads.ts';

/** What a thread that waits for a lock brought along. */
interface Wanted {
  tag: number;
  /** To be had once the condition variable is signalled. */
  lock: bigint;
  owner: Thread | undefined;
}
interface Locks {
  readonly handles: Handles;
  readonly wanted: WeakMap<Thread, Wanted>;
}

const WAIT_MASK = 0x4000_0000;
const ONE = 1;

/** Locks, condition variables and waits at addresses, as in `runtime/horizon-locks.c`. */
export function lockCalls(handles: Handles): Readonly<Record<number, R.Call>> {
  const locks: Locks = { handles, wanted: new WeakMap() };
  return {
    26: (guest, pc) => arbitrateLock(locks, guest, pc),
    27: (guest, pc) => {
      const address = guest.getX(0);
      if (address % 4n) return R.INVALID_ADDRESS;
      handOver(locks, guest, address, pc);
      return R.DONE;
    },
    28: (guest, pc) => waitKey(locks, guest, pc),
    29: (guest, pc) => signalKey(locks, guest, pc),
    52: waitForAddress,
    53: signalToAddress,
  };
}

function arbitrateLock({ handles, wanted }: Locks, guest: Guest, pc: bigint): bigint | undefined {
  const [handle, address, tag] = [R.low32(guest.getX(0)), guest.getX(1), R.low32(guest.getX(2))];
  if (address % 4n) return R.INVALID_ADDRESS;
  if (wordAt(guest, address, pc) !== (handle | WAIT_MASK) >>> 0) return R.DONE;
  const owner = handles.threadOf(guest, handle);
  if (owner === undefined) return R.INVALID_HANDLE;
  wanted.set(guest.threads.current(), { tag, lock: address, owner });
  guest.threads.waitFor({ kind: 'lock', key: address });
  return undefined;
}

function handOver({ wanted }: Locks, guest: Guest, address: bigint, pc: bigint): void {
  const { threads } = guest;
  const owner = threads.current();
  const waiting = threads
    .all()
    .filter(
      (thread) =>
        thread.status === 'waiting' &&
        thread.wait.kind === 'lock' &&
        thread.wait.key === address &&
        wanted.get(thread)?.owner === owner,
    )
    .sort((a, b) => a.priority - b.priority || a.since - b.since);
  const [next, ...others] = waiting;
  const tag = next === undefined ? 0 : (wanted.get(next)?.tag ?? 0);
  putWord(guest, address, (tag | (others.length > 0 ? WAIT_MASK : 0)) >>> 0, pc);
  if (next === undefined) return;
  threads.wake(next, R.DONE);
  for (const other of others) {
    const theirs = wanted.get(other);
    if (theirs) theirs.owner = next;
  }
}

function waitKey(locks: Locks, guest: Guest, pc: bigint): bigint | undefined {
  const [lock, key, tag, timeout] = [guest.getX(0), guest.getX(1), guest.getX(2), guest.getX(3)];
  if (lock % 4n) return R.INVALID_ADDRESS;
  handOver(locks, guest, lock, pc);
  putWord(guest, key, 1, pc);
  if (timeout === 0n) return R.TIMED_OUT;
  locks.wanted.set(guest.threads.current(), { tag: R.low32(tag), lock, owner: undefined });
  guest.threads.waitFor({
    kind: 'condition',
    key,
    until: R.waitEnd(guest, timeout),
    late: R.TIMED_OUT,
  });
  return undefined;
}

/** It has been signalled, and needs its lock now: it is there, or it waits for that. */
function takeLock({ handles, wanted }: Locks, guest: Guest, thread: Thread, pc: bigint): void {
  const want = wanted.get(thread);
  if (want === undefined) return;
  const word = wordAt(guest, want.lock, pc);
  const owner = handles.threadOf(guest, (word & ~WAIT_MASK) >>> 0);
  putWord(guest, want.lock, word === 0 ? want.tag : (word | WAIT_MASK) >>> 0, pc);
  if (word === 0) guest.threads.wake(thread, R.DONE);
  else if (owner === undefined) guest.threads.wake(thread, R.INVALID_STATE);
  else {
    thread.wait = { ...thread.wait, kind: 'lock', key: want.lock };
    want.owner = owner;
  }
}

function signalKey(locks: Locks, guest: Guest, pc: bigint): undefined {
  const [key, count] = [guest.getX(0), R.signed32(guest.getX(1))];
  const first = (): Thread | undefined => guest.threads.firstWaiting('condition', key, ONE);
  let thread = first();
  for (let i = 0; (count <= 0 || i < count) && thread; i++) {
    takeLock(locks, guest, thread, pc);
    thread = first();
  }
  if (thread === undefined) putWord(guest, key, 0, pc);
  return undefined;
}

function waitForAddress(guest: Guest, pc: bigint): bigint | undefined {
  const [address, type, timeout] = [guest.getX(0), R.low32(guest.getX(1)), guest.getX(3)];
  const value = R.signed32(guest.getX(2));
  if (address % 4n) return R.INVALID_ADDRESS;
  if (type > 2) return R.INVALID_ENUM;
  const now = wordAt(guest, address, pc) | 0;
  if (type === 2 ? now !== value : now >= value) return R.INVALID_STATE;
  if (type === 1) putWord(guest, address, (now - 1) >>> 0, pc);
  if (timeout === 0n) return R.TIMED_OUT;
  guest.threads.waitFor({
    kind: 'address',
    key: address,
    until: R.waitEnd(guest, timeout),
    late: R.TIMED_OUT,
  });
  return undefined;
}

/** How the number of waiters compares with the number to be woken; a count of zero or less is for all. */
function changeByWaiters(guest: Guest, address: bigint, count: number): number {
  const waiters = guest.threads
    .all()
    .filter(
      ({ status, wait }) => status === 'waiting' && wait.kind === 'address' && wait.key === address,
    ).length;
  if (waiters === 0) return 1;
  if (count <= 0) return -2;
  return waiters > count ? 0 : -1;
}

function signalToAddress(guest: Guest, pc: bigint): bigint {
  const [address, type, value] = [guest.getX(0), R.low32(guest.getX(1)), R.low32(guest.getX(2))];
  const count = R.signed32(guest.getX(3));
  if (address % 4n) return R.INVALID_ADDRESS;
  if (type > 2) return R.INVALID_ENUM;
  if (type !== 0) {
    if (wordAt(guest, address, pc) !== value) return R.INVALID_STATE;
    const by = type === 1 ? 1 : changeByWaiters(guest, address, count);
    putWord(guest, address, (value + by) >>> 0, pc);
  }
  for (let i = 0; count <= 0 || i < count; i++) {
    const thread = guest.threads.firstWaiting('address', address, ONE);
    if (thread === undefined) break;
    guest.threads.wake(thread, R.DONE);
  }
  return R.DONE;
}
