import type { SystemSlot } from '../ir/ir.ts';
import { STATE_BYTES } from '../wasm/layout.ts';
import { fail } from './leave.ts';
import { type ModuleExports, placeOfSystem, placeOfX, toBigInt, viewOf } from './module-exports.ts';

/**
 * Guest threads, chosen exactly as `runtime/threads.c` chooses them. A thread that does not run has its registers in
 * `state` and goes on at `pc`: a module has one stack, so whoever switches leaves all of its frames first.
 */
export interface Thread {
  readonly id: number;
  status: 'free' | 'made' | 'ready' | 'waiting' | 'ended';
  /** The lower, the sooner. */
  priority: number;
  passedOver: number;
  since: number;
  wait: Wait;
  state: Uint8Array;
  pc: bigint;
}

export interface Wait {
  readonly kind: keyof typeof WAITS;
  readonly key: bigint;
  /** Somebody who wakes names the key, and bits of which one at least is the same. */
  readonly bits: number;
  /** When it goes on by itself, and what x0 is then. */
  readonly until: bigint | undefined;
  readonly late: bigint;
}

const WAITS = {
  time: 'sleeps',
  futex: 'waits at the futex',
  lock: 'waits for the lock at',
  condition: 'waits at the condition variable',
  address: 'waits at',
  objects: 'waits for handles at',
} as const;

export const ANY = 0xffff_ffff;

export interface Threads {
  current(): Thread;
  all(): readonly Thread[];
  alive(): number;
  getX(thread: Thread, n: number): bigint;
  setX(thread: Thread, n: number, value: bigint): void;
  setSystem(thread: Thread, name: SystemSlot, value: bigint): void;
  /** Registers as the current one's, or all 0; `undefined`: there are too many. */
  make(pc: bigint, registers: 'copied' | 'cleared'): Thread | undefined;
  makeReady(thread: Thread): void;
  setPriority(thread: Thread, priority: number): void;
  wake(thread: Thread, result: bigint): void;
  firstWaiting(kind: Wait['kind'], key: bigint, bits: number): Thread | undefined;
  /** These four decide who runs next; nothing may be done for the current thread after them. */
  waitFor(wait: Partial<Wait> & Pick<Wait, 'kind'>): void;
  yieldNow(): void;
  end(status: 'free' | 'ended'): void;
  giveWay(): void;
  sliceOver(): void;
  /** Whether another thread than the one in the module is to run. */
  isSwitching(): boolean;
  /** Puts it there: the one that was goes on at `pc` later. Where control goes now. */
  switchAt(pc: bigint): bigint;
}

const MAX_THREADS = 256;
const SLICE = 65_536;
const TICKS_PER_SLICE = 4_800n;
const YIELD = 1_024;
const NO_WAIT: Wait = { kind: 'time', key: 0n, bits: ANY, until: undefined, late: 0n };
const NO_ADDRESS = (1n << 64n) - 1n;

interface Scheduler {
  readonly module: ModuleExports;
  /** Those that are neither free nor over. */
  all: Thread[];
  /** Whose registers are in the module. */
  running: Thread;
  /** Whose turn it is: as soon as the module's frames are left, it is the one that runs. */
  current: Thread;
  lastId: number;
  lastSince: number;
  isUrgent: boolean;
}

export function beginThreads(module: ModuleExports): Threads {
  const first: Thread = {
    id: 1,
    status: 'ready',
    priority: 0,
    passedOver: 0,
    since: 0,
    wait: NO_WAIT,
    state: module.saveState(),
    pc: 0n,
  };
  const s: Scheduler = {
    module,
    all: [first],
    running: first,
    current: first,
    lastId: 1,
    lastSince: 0,
    isUrgent: false,
  };
  writeSystem(s, first, 'monitor', NO_ADDRESS);
  module.global('left').value = SLICE;
  return {
    current: () => s.current,
    all: () => s.all,
    alive: () => alive(s),
    getX: (thread, n) => readX(s, thread, n),
    setX: (thread, n, value) => writeX(s, thread, n, value),
    setSystem: (thread, name, value) => writeSystem(s, thread, name, value),
    make: (pc, registers) => make(s, pc, registers),
    makeReady: (thread) => makeReady(s, thread),
    setPriority: (thread, priority) => {
      thread.priority = priority;
      if (s.all.some((other) => other.status === 'ready' && other.priority < s.current.priority))
        s.isUrgent = true;
    },
    wake: (thread, result) => wake(s, thread, result),
    firstWaiting: (kind, key, bits) => firstWaiting(s, kind, key, bits),
    waitFor: (wait) => {
      s.current.wait = { ...NO_WAIT, ...wait };
      s.current.status = 'waiting';
      goBehindOthers(s);
    },
    yieldNow: () => yieldNow(s),
    end: (status) => {
      s.current.status = status;
      runNext(s);
      if (status === 'free') forget(s);
    },
    giveWay: () => {
      if (s.isUrgent) goBehindOthers(s);
    },
    sliceOver: () => sliceOver(s),
    isSwitching: () => s.current !== s.running,
    switchAt: (pc) => switchAt(s, pc),
  };
}

function readX(s: Scheduler, thread: Thread, n: number): bigint {
  if (thread !== s.running) return viewOf(thread.state).getBigUint64(placeOfX(n), true);
  return BigInt.asUintN(64, toBigInt(s.module.global(`x${n}`).value));
}

function writeX(s: Scheduler, thread: Thread, n: number, value: bigint): void {
  if (thread === s.running) s.module.global(`x${n}`).value = BigInt.asIntN(64, value);
  else viewOf(thread.state).setBigUint64(placeOfX(n), BigInt.asUintN(64, value), true);
}

function writeSystem(s: Scheduler, thread: Thread, name: SystemSlot, value: bigint): void {
  if (thread === s.running) s.module.global(name).value = BigInt.asIntN(64, value);
  else viewOf(thread.state).setBigUint64(placeOfSystem(name), BigInt.asUintN(64, value), true);
}

const tickOf = (s: Scheduler): bigint => BigInt.asUintN(64, toBigInt(s.module.global('tick').value));
const forget = (s: Scheduler): void => {
  s.all = s.all.filter((thread) => thread.status !== 'free');
};

function make(s: Scheduler, pc: bigint, registers: 'copied' | 'cleared'): Thread | undefined {
  forget(s);
  if (s.all.length === MAX_THREADS) return undefined;
  const thread: Thread = {
    id: ++s.lastId,
    status: 'made',
    priority: s.current.priority,
    passedOver: 0,
    since: 0,
    wait: NO_WAIT,
    state: registers === 'copied' ? s.module.saveState() : new Uint8Array(STATE_BYTES),
    pc,
  };
  writeSystem(s, thread, 'monitor', NO_ADDRESS);
  s.all.push(thread);
  return thread;
}

function makeReady(s: Scheduler, thread: Thread): void {
  thread.status = 'ready';
  thread.since = ++s.lastSince;
  thread.passedOver = 0;
  if (thread.priority < s.current.priority) s.isUrgent = true;
}

function wake(s: Scheduler, thread: Thread, result: bigint): void {
  writeX(s, thread, 0, result);
  makeReady(s, thread);
}

/** The first by an order that has no ties. */
const firstOf = (threads: readonly Thread[], before: (a: Thread, b: Thread) => boolean): Thread | undefined =>
  threads.reduce<Thread | undefined>(
    (found, thread) => (found === undefined || before(thread, found) ? thread : found),
    undefined,
  );

function firstWaiting(s: Scheduler, kind: Wait['kind'], key: bigint, bits: number): Thread | undefined {
  const waiting = s.all.filter(
    ({ status, wait }) =>
      status === 'waiting' && wait.kind === kind && wait.key === key && (wait.bits & bits) !== 0,
  );
  return firstOf(waiting, (a, b) =>
    a.priority === b.priority ? a.since < b.since : a.priority < b.priority,
  );
}

const rank = ({ priority, passedOver }: Thread): number => priority - passedOver;

const best = (s: Scheduler): Thread | undefined =>
  firstOf(
    s.all.filter(({ status }) => status === 'ready'),
    (a, b) => (rank(a) === rank(b) ? a.since < b.since : rank(a) < rank(b)),
  );

function nextToWake(s: Scheduler): (Thread & { wait: { until: bigint } }) | undefined {
  const sleeping = s.all.filter(isSleeping);
  return sleeping.reduce<(typeof sleeping)[number] | undefined>((found, thread) => {
    if (found === undefined) return thread;
    const [a, b] = [thread.wait.until, found.wait.until];
    return a < b || (a === b && thread.since < found.since) ? thread : found;
  }, undefined);
}

const isSleeping = (thread: Thread): thread is Thread & { wait: { until: bigint } } =>
  thread.status === 'waiting' && thread.wait.until !== undefined;

function setTime(s: Scheduler, tick: bigint): void {
  s.module.global('tick').value = BigInt.asIntN(64, tick);
  for (let next = nextToWake(s); next && next.wait.until <= tick; next = nextToWake(s))
    wake(s, next, next.wait.late);
}

const alive = (s: Scheduler): number =>
  s.all.filter(({ status }) => status === 'ready' || status === 'waiting').length;

function runNext(s: Scheduler): void {
  s.isUrgent = false;
  let next = best(s);
  while (next === undefined) {
    const sleeper = nextToWake(s) ?? sayDeadlock(s);
    setTime(s, sleeper.wait.until);
    next = best(s);
  }
  s.isUrgent = false;
  for (const thread of s.all) if (thread.status === 'ready') thread.passedOver++;
  next.passedOver = 0;
  s.current = next;
}

function sayDeadlock(s: Scheduler): never {
  const waits = s.all
    .filter(({ status }) => status === 'waiting')
    .map(({ id, wait: { kind, key } }) => ` thread ${id} ${WAITS[kind]} 0x${key.toString(16)}`);
  return fail(`deadlock, nothing can wake any thread:${waits.join()}`);
}

function goBehindOthers(s: Scheduler): void {
  s.current.since = ++s.lastSince;
  runNext(s);
}

function sliceOver(s: Scheduler): void {
  s.module.global('left').value = SLICE;
  if (alive(s) < 2) return;
  setTime(s, tickOf(s) + TICKS_PER_SLICE);
  goBehindOthers(s);
}

function yieldNow(s: Scheduler): void {
  if (alive(s) < 2) return;
  const left = Number(s.module.global('left').value) >>> 0;
  if (left <= YIELD) sliceOver(s);
  else {
    s.module.global('left').value = left - YIELD;
    goBehindOthers(s);
  }
}

function switchAt(s: Scheduler, pc: bigint): bigint {
  const tick = tickOf(s);
  s.running.state = s.module.saveState();
  s.running.pc = pc;
  viewOf(s.running.state).setBigUint64(placeOfSystem('monitor'), NO_ADDRESS, true);
  viewOf(s.current.state).setBigUint64(placeOfSystem('tick'), tick, true);
  s.module.loadState(s.current.state);
  s.running = s.current;
  return s.current.pc;
}
