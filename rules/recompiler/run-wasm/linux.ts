import { SIGNAL_RETURN } from '../wasm/layout.ts';
import type { Guest, Personality } from './host.ts';
import { Leave } from './leave.ts';
import type { Answer } from './linux-call.ts';
import { auxiliaryOf, memoryCalls, STACK_SIZE, STACK_TOP } from './linux-memory.ts';
import { makeSignals } from './linux-signals.ts';
import { threadCalls } from './linux-threads.ts';

/** What a program of Linux finds around it. */
export interface LinuxHost {
  /** Its command line, its own name first. */
  readonly args: readonly string[];
  /** Each answers as the kernel does: a number, or below zero an error. */
  open(path: string, flags: number): number;
  close(descriptor: number): number;
  read(descriptor: number, into: Uint8Array): number;
  write(descriptor: number, bytes: Uint8Array): number;
  /** What it is and how long, or an error. */
  stat(descriptor: number): { readonly mode: number; readonly size: number } | number;
}

const MAX_ARGUMENTS = 32;
const MAX_PATH = 4096;
const TICKS_PER_SECOND = 19_200_000n;
const ENOENT = 2n;
const ENOSYS = 38n;
const ENOTTY = 25n;

const EBADF = 9n;
const AT_EMPTY_PATH = 0x1000n;

type Call = (guest: Guest, host: LinuxHost, pc: bigint) => Answer;
const nothing: Call = () => 0n;
const notThere: Call = () => -ENOSYS;

/** As in `runtime/linux.c`, as far as tools need it that read, compute and print. */
const CALLS: Readonly<Record<number, Call>> = {
  29: () => -ENOTTY,
  56: (guest, host) => {
    const path = textAt(guest, guest.getX(1));
    return path === '' ? -ENOENT : BigInt(host.open(path, Number(guest.getX(2) & 0xffff_ffffn)));
  },
  57: (guest, host) => BigInt(host.close(descriptorOf(guest))),
  63: (guest, host) => BigInt(host.read(descriptorOf(guest), bytesAt(guest, guest.getX(1), guest.getX(2)))),
  64: (guest, host) =>
    BigInt(host.write(descriptorOf(guest), bytesAt(guest, guest.getX(1), guest.getX(2)).slice())),
  66: writeVectors,
  78: () => -ENOENT,
  79: (guest, host) =>
    guest.getX(3) & AT_EMPTY_PATH && textAt(guest, guest.getX(1)) === ''
      ? putStat(guest, host, guest.getX(2))
      : -ENOENT,
  80: (guest, host) => putStat(guest, host, guest.getX(1)),
  94: leave,
  113: (guest) => {
    const tick = guest.getTick();
    const nanoseconds = ((tick % TICKS_PER_SECOND) * 1_000_000_000n) / TICKS_PER_SECOND;
    return putLongs(guest, guest.getX(1), tick / TICKS_PER_SECOND, nanoseconds);
  },
  123: (guest) => {
    putLongs(guest, guest.getX(2), 1n);
    return 8n;
  },
  172: () => 1n,
  174: nothing,
  175: nothing,
  176: nothing,
  177: nothing,
  261: (guest) => {
    const to = guest.getX(3);
    return to === 0n ? 0n : putLongs(guest, to, STACK_SIZE, (1n << 64n) - 1n);
  },
  293: notThere,
  435: notThere,
};

/** `complain` is told of calls that are not there. */
export function makeLinux(host: LinuxHost, complain: (text: string) => void = () => {}): Personality {
  const signals = makeSignals();
  const own = { ...threadCalls(complain, signals), ...memoryCalls(), ...signals.calls };
  return {
    start: (guest) => {
      putArguments(guest, host.args);
      putReturn(guest);
    },
    afterCall: signals.afterCall,
    resumed: signals.resumed,
    signalReturn: signals.signalReturn,
    call: (guest, _number, pc) => {
      signals.begins(guest, pc);
      const number = Number(guest.getX(8));
      const call = CALLS[number];
      const ownCall = own[number];
      if (!call && !ownCall)
        complain(`${guest.facts.name}: system call ${number} at 0x${pc.toString(16)} is not implemented`);
      const answer = ownCall ? ownCall(guest, pc) : call ? call(guest, host, pc) : -ENOSYS;
      if (answer !== undefined) guest.setX(0, answer);
    },
  };
}

/** One that only prints. */
export const printingHost = (write: (descriptor: number, bytes: Uint8Array) => void): LinuxHost => {
  const none = (): number => -9;
  return {
    args: [],
    open: none,
    close: none,
    read: none,
    stat: () => Number(-EBADF),
    write: (descriptor, bytes) => {
      if (descriptor !== 1 && descriptor !== 2) return none();
      write(descriptor, bytes);
      return bytes.length;
    },
  };
};

function putLongs(guest: Guest, address: bigint, ...values: readonly bigint[]): bigint {
  const bytes = bytesAt(guest, address, BigInt(8 * values.length));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  values.forEach((value, i) => {
    view.setBigUint64(8 * i, value, true);
  });
  return 0n;
}

function writeVectors(guest: Guest, host: LinuxHost): bigint {
  let total = 0n;
  for (let i = 0n; i < guest.getX(2); i++) {
    const vector = bytesAt(guest, guest.getX(1) + 16n * i, 16n);
    const view = new DataView(vector.buffer, vector.byteOffset, vector.length);
    const bytes = bytesAt(guest, view.getBigUint64(0, true), view.getBigUint64(8, true));
    const written = BigInt(host.write(descriptorOf(guest), bytes.slice()));
    if (written < 0n) return total > 0n ? total : written;
    total += written;
    if (written < BigInt(bytes.length)) break;
  }
  return total;
}

/** arm64's struct stat. What another machine would not repeat is 0. */
function putStat(guest: Guest, host: LinuxHost, address: bigint): bigint {
  const stat = host.stat(descriptorOf(guest));
  if (typeof stat === 'number') return BigInt(stat);
  const bytes = bytesAt(guest, address, 128n).fill(0);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  view.setUint32(16, stat.mode, true);
  view.setUint32(20, 1, true);
  view.setBigUint64(48, BigInt(stat.size), true);
  view.setUint32(56, 4096, true);
  view.setBigUint64(64, BigInt(Math.ceil(stat.size / 512)), true);
  return 0n;
}

function leave(guest: Guest): never {
  throw new Leave(Number(guest.getX(0) & 255n));
}

const descriptorOf = (guest: Guest): number => Number(BigInt.asIntN(32, guest.getX(0)));

function bytesAt(guest: Guest, address: bigint, size: bigint): Uint8Array {
  if (address + size > BigInt(guest.memory.length))
    throw new Leave(70, `system call: bytes at 0x${address.toString(16)} lie outside guest memory`);
  return guest.memory.subarray(Number(address), Number(address + size));
}

function textAt(guest: Guest, address: bigint): string {
  bytesAt(guest, address, 1n);
  const from = Number(address);
  const end = guest.memory.subarray(from, from + MAX_PATH).indexOf(0);
  if (end < 0) throw new Leave(70, `a path without end at 0x${address.toString(16)}`);
  return Buffer.from(guest.memory.slice(from, from + end)).toString();
}

/** mov x8, #139; svc #0: by these two words unwinders know what a handler returns to. */
function putReturn({ memory }: Guest): void {
  memory.set([0x68, 0x11, 0x80, 0xd2, 0x01, 0x00, 0x00, 0xd4], SIGNAL_RETURN);
}

/** argc, argv, an empty environment and the auxiliary vector; then the strings, as the kernel lays them out. */
function putArguments(guest: Guest, args: readonly string[]): void {
  if (args.length > MAX_ARGUMENTS) throw new Leave(70, `more than ${MAX_ARGUMENTS} arguments`);
  let top = STACK_TOP;
  const push = (bytes: Uint8Array): number => {
    top -= bytes.length;
    guest.memory.set(bytes, top);
    return top;
  };
  const addresses = args.map((arg) => push(Buffer.from(`${arg}\0`)));
  const auxiliary = auxiliaryOf(guest, push);
  const words = [args.length, ...addresses, 0, 0, ...auxiliary];
  top = (top & ~15) - ((words.length * 8 + 15) & ~15);
  putLongs(guest, BigInt(top), ...words.map(BigInt));
  guest.setX(31, BigInt(top));
}
