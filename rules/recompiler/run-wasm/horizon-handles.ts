import { bytesAt, wordAt } from './guest-memory.ts';
import * as R from './horizon-results.ts';
import type { Guest } from './host.ts';
import type { Thread } from './threads.ts';

interface Event {
  handles: number;
  isSignalled: boolean;
}

type Handle =
  | { readonly kind: 'thread'; readonly number: number; readonly thread: Thread }
  | { readonly kind: 'readable' | 'writable'; readonly number: number; readonly event: Event };
type Named =
  | { readonly kind: 'thread'; readonly thread: Thread }
  | { readonly kind: 'readable' | 'writable'; readonly event: Event };

/** Threads and events by number, as in `runtime/horizon-handles.c`. */
export interface Handles {
  /** `undefined`: there are too many. */
  addThread(thread: Thread): number | undefined;
  threadOf(guest: Guest, handle: number): Thread | undefined;
  /** How many handles name it. */
  countOf(thread: Thread): number;
  /** Whoever waits for it goes on. */
  signal(guest: Guest, object: Thread | Event): void;
  readonly calls: Readonly<Record<number, R.Call>>;
}

const MAX_HANDLES = 1024;
const MAX_EVENTS = 256;
const MAX_OBJECTS = 64;
const CURRENT_THREAD = 0xffff_8000;
const INDEX_BITS = 15;
const LAST_NUMBER = 0x7fff;

interface Table {
  readonly handles: (Handle | undefined)[];
  readonly events: Set<Event>;
  readonly counts: WeakMap<Thread, number>;
  /** What a thread that waits for objects waits for. */
  readonly waits: WeakMap<Thread, readonly (Thread | Event)[]>;
  readonly cancelled: WeakSet<Thread>;
  lastNumber: number;
}

export function makeHandles(): Handles {
  const t: Table = {
    handles: new Array<Handle | undefined>(MAX_HANDLES).fill(undefined),
    events: new Set(),
    counts: new WeakMap(),
    waits: new WeakMap(),
    cancelled: new WeakSet(),
    lastNumber: 0,
  };
  return {
    addThread: (thread) => addThread(t, thread),
    threadOf: (guest, handle) => threadOf(t, guest, handle),
    countOf: (thread) => t.counts.get(thread) ?? 0,
    signal: (guest, object) => signalObject(t, guest, object),
    calls: {
      17: (guest) => signalEvent(t, guest),
      18: (guest) => clearEvent(t, guest),
      22: (guest) => closeHandle(t, guest),
      23: (guest) => resetSignal(t, guest),
      24: (guest, pc) => waitSynchronization(t, guest, pc),
      25: (guest) => cancelSynchronization(t, guest),
      69: (guest) => createEvent(t, guest),
    },
  };
}

function addHandle(t: Table, named: Named): number | undefined {
  const index = t.handles.indexOf(undefined);
  if (index < 0) return undefined;
  t.lastNumber = (t.lastNumber % LAST_NUMBER) + 1;
  t.handles[index] = { ...named, number: t.lastNumber };
  return (t.lastNumber << INDEX_BITS) | index;
}

const indexOf = (value: number): number => value & ((1 << INDEX_BITS) - 1);

function handleAt(t: Table, value: number): Handle | undefined {
  const handle = t.handles[indexOf(value)];
  return handle?.number === value >>> INDEX_BITS ? handle : undefined;
}

function addThread(t: Table, thread: Thread): number | undefined {
  const handle = addHandle(t, { kind: 'thread', thread });
  if (handle !== undefined) t.counts.set(thread, (t.counts.get(thread) ?? 0) + 1);
  return handle;
}

function threadOf(t: Table, guest: Guest, value: number): Thread | undefined {
  if (value === CURRENT_THREAD) return guest.threads.current();
  const handle = handleAt(t, value);
  return handle?.kind === 'thread' ? handle.thread : undefined;
}

function eventOf(t: Table, value: number, mayRead: boolean): Event | undefined {
  const handle = handleAt(t, value);
  if (handle === undefined || handle.kind === 'thread') return undefined;
  return handle.kind === 'writable' || mayRead ? handle.event : undefined;
}

function signalObject(t: Table, guest: Guest, object: Thread | Event): void {
  const waiting = guest.threads
    .all()
    .filter(({ status, wait }) => status === 'waiting' && wait.kind === 'objects')
    .map((thread) => ({ thread, index: t.waits.get(thread)?.indexOf(object) ?? -1 }))
    .filter(({ index }) => index >= 0)
    .sort((a, b) => a.thread.id - b.thread.id);
  for (const { thread, index } of waiting) {
    guest.threads.setX(thread, 1, BigInt(index));
    guest.threads.wake(thread, R.DONE);
  }
}

/** An event that is waited for keeps its place when its handles are closed. */
function isFree(t: Table, guest: Guest, event: Event): boolean {
  const isWaitedFor = guest.threads
    .all()
    .some(
      (thread) =>
        thread.status === 'waiting' && thread.wait.kind === 'objects' && t.waits.get(thread)?.includes(event),
    );
  return event.handles === 0 && !isWaitedFor;
}

function createEvent(t: Table, guest: Guest): bigint {
  for (const event of t.events) if (isFree(t, guest, event)) t.events.delete(event);
  if (t.events.size === MAX_EVENTS) return R.OUT_OF_RESOURCE;
  const event: Event = { handles: 2, isSignalled: false };
  const writable = addHandle(t, { kind: 'writable', event });
  const readable = writable === undefined ? undefined : addHandle(t, { kind: 'readable', event });
  if (writable === undefined || readable === undefined) {
    if (writable !== undefined) t.handles[indexOf(writable)] = undefined;
    return R.OUT_OF_HANDLES;
  }
  t.events.add(event);
  guest.setX(1, BigInt(writable));
  guest.setX(2, BigInt(readable));
  return R.DONE;
}

function closeHandle(t: Table, guest: Guest): bigint {
  const value = R.low32(guest.getX(0));
  const handle = handleAt(t, value);
  if (handle === undefined) return R.INVALID_HANDLE;
  t.handles[indexOf(value)] = undefined;
  if (handle.kind !== 'thread') {
    handle.event.handles--;
    return R.DONE;
  }
  const { thread } = handle;
  const count = (t.counts.get(thread) ?? 1) - 1;
  t.counts.set(thread, count);
  if (count === 0 && (thread.status === 'ended' || thread.status === 'made')) thread.status = 'free';
  return R.DONE;
}

function signalEvent(t: Table, guest: Guest): bigint {
  const event = eventOf(t, R.low32(guest.getX(0)), false);
  if (event === undefined) return R.INVALID_HANDLE;
  if (!event.isSignalled) {
    event.isSignalled = true;
    signalObject(t, guest, event);
  }
  return R.DONE;
}

function clearEvent(t: Table, guest: Guest): bigint {
  const event = eventOf(t, R.low32(guest.getX(0)), true);
  if (event === undefined) return R.INVALID_HANDLE;
  event.isSignalled = false;
  return R.DONE;
}

function resetSignal(t: Table, guest: Guest): bigint {
  const handle = handleAt(t, R.low32(guest.getX(0)));
  if (handle?.kind !== 'readable') return R.INVALID_HANDLE;
  if (!handle.event.isSignalled) return R.INVALID_STATE;
  handle.event.isSignalled = false;
  return R.DONE;
}

function waitSynchronization(t: Table, guest: Guest, pc: bigint): bigint | undefined {
  const { threads } = guest;
  const thread = threads.current();
  const [address, count, timeout] = [guest.getX(1), R.low32(guest.getX(2)), guest.getX(3)];
  if (count > MAX_OBJECTS) return R.OUT_OF_RANGE;
  bytesAt(guest, address, BigInt(count) * 4n, pc);
  const objects: (Thread | Event)[] = [];
  let signalled: number | undefined;
  for (let i = 0; i < count; i++) {
    const value = wordAt(guest, address + BigInt(4 * i), pc);
    const named = threadOf(t, guest, value);
    const event = named === undefined ? eventOf(t, value, true) : undefined;
    const object = named ?? event;
    if (object === undefined) return R.INVALID_HANDLE;
    objects.push(object);
    if (named === undefined ? event?.isSignalled : named.status === 'ended') signalled ??= i;
  }
  if (signalled !== undefined) {
    guest.setX(1, BigInt(signalled));
    return R.DONE;
  }
  if (t.cancelled.delete(thread)) return R.CANCELLED;
  if (timeout === 0n) return R.TIMED_OUT;
  t.waits.set(thread, objects);
  threads.waitFor({ kind: 'objects', key: address, until: R.waitEnd(guest, timeout), late: R.TIMED_OUT });
  return undefined;
}

function cancelSynchronization(t: Table, guest: Guest): bigint {
  const thread = threadOf(t, guest, R.low32(guest.getX(0)));
  if (thread === undefined) return R.INVALID_HANDLE;
  if (thread.status === 'waiting' && thread.wait.kind === 'objects') guest.threads.wake(thread, R.CANCELLED);
  else t.cancelled.add(thread);
  return R.DONE;
}
