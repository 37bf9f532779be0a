import { type Guest, Leave, type Personality } from './host.ts';

const STACK_TOP = 0x6ff0_0000n;
const ENOSYS = 38n;
const EBADF = 9n;

/** The system calls of a program that only prints; what it writes goes to `write`. */
export function makeLinux(write: (descriptor: number, bytes: Uint8Array) => void): Personality {
  return {
    // argc 0, no arguments, an empty environment and auxiliary vector: zeroes.
    start: (guest) => guest.setX(31, STACK_TOP),
    call: (guest) => {
      switch (guest.getX(8)) {
        case 64n:
          return writeBytes(guest, write);
        case 93n:
        case 94n:
          throw new Leave(Number(guest.getX(0) & 255n));
        default:
          guest.setX(0, -ENOSYS);
      }
    },
  };
}

function writeBytes(guest: Guest, write: (descriptor: number, bytes: Uint8Array) => void) {
  const descriptor = Number(guest.getX(0));
  const [from, size] = [Number(guest.getX(1)), Number(guest.getX(2))];
  if (descriptor !== 1 && descriptor !== 2) return guest.setX(0, -EBADF);
  if (from + size > guest.memory.length) throw new Leave(70, 'write: bytes outside guest memory');
  write(descriptor, guest.memory.slice(from, from + size));
  guest.setX(0, BigInt(size));
}
