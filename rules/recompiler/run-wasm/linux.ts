import type { Guest, Personality } from './host.ts';
import { Leave } from './leave.ts';
import { type Answer, threadCalls } from './linux-threads.ts';

/** What a program of Linux finds around it. */
export interface LinuxHost {
  /** Its command line, its own name first. */
  readonly args: readonly string[];
  /** Each answers as the kernel does: a number, or below zero an error. */
  open(path: string, flags: number): number;
  close(descriptor: number): number;
  read(descriptor: number, into: Uint8Array): number;
  write(descriptor: number, bytes: Uint8Array): number;
}

const STACK_TOP = 0x6ff0_0000;
const MAX_ARGUMENTS = 32;
const MAX_PATH = 4096;
const TICKS_PER_SECOND = 19_200_000n;
const ENOENT = 2n;
const ENOSYS = 38n;
const ENOTTY = 25n;

type Call = (guest: Guest, host: LinuxHost) => Answer;

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
  94: leave,
  113: (guest) => {
    const tick = guest.getTick();
    const time = new DataView(bytesAt(guest, guest.getX(1), 16n).buffer, Number(guest.getX(1)), 16);
    time.setBigUint64(0, tick / TICKS_PER_SECOND, true);
    time.setBigUint64(8, ((tick % TICKS_PER_SECOND) * 1_000_000_000n) / TICKS_PER_SECOND, true);
    return 0n;
  },
  435: () => -ENOSYS,
};

/** `complain` is told of calls that are not there. */
export function makeLinux(host: LinuxHost, complain: (text: string) => void = () => {}): Personality {
  const ofThreads = threadCalls(complain);
  return {
    start: (guest) => putArguments(guest, host.args),
    call: (guest, _number, pc) => {
      const number = Number(guest.getX(8));
      const call = CALLS[number];
      const ofThread = ofThreads[number];
      if (!call && !ofThread)
        complain(`${guest.facts.name}: system call ${number} at 0x${pc.toString(16)} is not implemented`);
      const answer = ofThread ? ofThread(guest, pc) : call ? call(guest, host) : -ENOSYS;
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
    write: (descriptor, bytes) => {
      if (descriptor !== 1 && descriptor !== 2) return none();
      write(descriptor, bytes);
      return bytes.length;
    },
  };
};

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

/** argc, argv, an empty environment and auxiliary vector; then the strings, as the kernel lays them out. */
function putArguments(guest: Guest, args: readonly string[]): void {
  if (args.length > MAX_ARGUMENTS) throw new Leave(70, `more than ${MAX_ARGUMENTS} arguments`);
  let top = STACK_TOP;
  const addresses = args.map((arg) => {
    const text = Buffer.from(`${arg}\0`);
    top -= text.length;
    guest.memory.set(text, top);
    return top;
  });
  const words = [args.length, ...addresses, 0, 0, 0, 0];
  top = (top & ~15) - ((words.length * 8 + 15) & ~15);
  const view = new DataView(guest.memory.buffer, guest.memory.byteOffset);
  words.forEach((word, i) => {
    view.setBigUint64(top + 8 * i, BigInt(word), true);
  });
  guest.setX(31, BigInt(top));
}
