import { bytesAt } from './guest-memory.ts';
import type { Guest } from './host.ts';
import type { Answer } from './linux-threads.ts';

export const STACK_TOP = 0x6ff0_0000;
export const STACK_SIZE = 0x80_0000n;
const PAGE = 4096n;
const MAPPINGS = 0x4000_0000n;
const MAPPINGS_END = BigInt(STACK_TOP) - STACK_SIZE;
const ENOMEM = -12n;
const EINVAL = -22n;
const ENOSYS = -38n;
const MAP_FIXED = 0x10n;
const MAP_ANONYMOUS = 0x20n;
const FIRST_RANDOM = 0x9e37_79b9_7f4a_7c15n;

const pageUp = (address: bigint): bigint => (address + PAGE - 1n) & ~(PAGE - 1n);
const nothing = (): bigint => 0n;

/** Memory and random bytes, as in `runtime/linux.c`: what was mapped is not mapped again. */
export function memoryCalls(): Readonly<Record<number, (guest: Guest, pc: bigint) => Answer>> {
  let heapEnd: bigint | undefined;
  let nextMapping = MAPPINGS;
  let random = nextRandom(nextRandom(FIRST_RANDOM));
  return {
    214: (guest) => {
      const start = pageUp(BigInt(guest.facts.imageEnd));
      const wanted = guest.getX(0);
      heapEnd ??= start;
      if (wanted >= start && wanted <= MAPPINGS) heapEnd = wanted;
      return heapEnd;
    },
    215: nothing,
    222: (guest) => {
      const [size, flags] = [pageUp(guest.getX(1)), guest.getX(3)];
      if (size === 0n || flags & MAP_FIXED) return EINVAL;
      if (!(flags & MAP_ANONYMOUS)) return ENOSYS;
      if (size > MAPPINGS_END - nextMapping) return ENOMEM;
      nextMapping += size;
      return nextMapping - size;
    },
    226: nothing,
    233: nothing,
    278: (guest, pc) => {
      const bytes = bytesAt(guest, guest.getX(0), guest.getX(1), pc);
      for (let i = 0; i < bytes.length; i++) {
        random = nextRandom(random);
        bytes[i] = Number((random >> 32n) & 255n);
      }
      return guest.getX(1);
    },
  };
}

function nextRandom(state: bigint): bigint {
  let next = BigInt.asUintN(64, state ^ (state << 13n));
  next ^= next >> 7n;
  return BigInt.asUintN(64, next ^ (next << 17n));
}

const AT = {
  phdr: 3,
  phent: 4,
  phnum: 5,
  pagesz: 6,
  entry: 9,
  hwcap: 16,
  clktck: 17,
  secure: 23,
  random: 25,
};
const ELF_MAGIC = 0x464c_457f;

/** What a C library wants to know before it starts. `push` puts bytes on the stack. */
export function auxiliaryOf(guest: Guest, push: (bytes: Uint8Array) => number): readonly (number | bigint)[] {
  const { imageStart, entry } = guest.facts;
  const seed = Buffer.alloc(16);
  const first = nextRandom(FIRST_RANDOM);
  seed.writeBigUInt64LE(first, 0);
  seed.writeBigUInt64LE(nextRandom(first), 8);
  const header = new DataView(guest.memory.buffer, guest.memory.byteOffset + imageStart, 64);
  const headers =
    header.getUint32(0, true) === ELF_MAGIC
      ? [
          ...[AT.phdr, BigInt(imageStart) + header.getBigUint64(32, true)],
          ...[AT.phent, header.getUint16(54, true), AT.phnum, header.getUint16(56, true)],
        ]
      : [];
  return [
    ...headers,
    ...[AT.pagesz, PAGE, AT.entry, entry, AT.hwcap, 3, AT.clktck, 100, AT.secure, 0],
    ...[AT.random, push(seed), 0, 0],
  ];
}
