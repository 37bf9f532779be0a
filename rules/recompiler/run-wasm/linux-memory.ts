import { bytesAt } from './guest-memory.ts';
import type { Guest } from './host.ts';
import type { LinuxCall } from './linux-call.ts';
import { Ranges } from './ranges.ts';

export const STACK_TOP = 0x6ff0_0000;
export const STACK_SIZE = 0x80_0000n;
const PAGE = 4096;
const ALL = 0x1_0000_0000;
const MAPPINGS = 0x4000_0000;
const MAPPINGS_END = STACK_TOP - Number(STACK_SIZE);
const ENOMEM = -12n;
const EEXIST = -17n;
const EINVAL = -22n;
const ENOSYS = -38n;
const MAP = { fixed: 0x10n, anonymous: 0x20n, noReplace: 0x10_0000n };
const MAY_MOVE = 1n;
const DONT_NEED = 4n;
const FIRST_RANDOM = 0x9e37_79b9_7f4a_7c15n;

const pageUp = (address: number): number => Math.ceil(address / PAGE) * PAGE;

/** Memory and random bytes, as in `runtime/linux-memory.c`, call by call. */
export function memoryCalls(): Readonly<Record<number, LinuxCall>> {
  const space = new Space();
  let random = nextRandom(nextRandom(FIRST_RANDOM));
  return {
    214: (guest) => space.moveHeap(guest),
    215: (guest) => space.unmapMemory(guest),
    216: (guest, pc) => space.remap(guest, pc),
    222: (guest) => space.map(guest),
    226: () => 0n,
    233: (guest) => space.advise(guest),
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

/** Addresses are numbers here: what lies beyond 4 GiB is refused first. */
class Space {
  readonly #unused = new Ranges();
  #heapEnd: number | undefined;
  /** Nothing behind it was ever somebody's: it need not be emptied. */
  #highest = MAPPINGS;

  constructor() {
    this.#unused.add(MAPPINGS, MAPPINGS_END);
  }

  moveHeap(guest: Guest): bigint {
    const start = heapStart(guest);
    this.#heapEnd ??= start;
    const wanted = guest.getX(0);
    if (wanted < BigInt(start) || wanted > BigInt(MAPPINGS)) return BigInt(this.#heapEnd);
    const old = pageUp(this.#heapEnd);
    this.#heapEnd = Number(wanted);
    if (pageUp(this.#heapEnd) < old) guest.memory.fill(0, pageUp(this.#heapEnd), old);
    return wanted;
  }

  unmapMemory(guest: Guest): bigint {
    const [from, size] = [rangeAt(guest, 0, 1), sizeAt(guest, 1)];
    if (from === undefined || size === undefined) return EINVAL;
    this.#unmap(from, from + size);
    return 0n;
  }

  map(guest: Guest): bigint {
    const [wanted, length, flags] = [guest.getX(0), guest.getX(1), guest.getX(3)];
    if (length === 0n) return EINVAL;
    if (!(flags & MAP.anonymous)) return ENOSYS;
    if (length > BigInt(ALL)) return ENOMEM;
    const size = pageUp(Number(length));
    const isFixed = (flags & (MAP.fixed | MAP.noReplace)) !== 0n && wanted !== 0n;
    if (isFixed && wanted % BigInt(PAGE)) return EINVAL;
    if (isFixed && wanted + BigInt(size) > BigInt(STACK_TOP)) return ENOMEM;
    const fixed = Number(wanted);
    if (isFixed && flags & MAP.noReplace && !this.#isFree(guest, fixed, fixed + size)) return EEXIST;
    const at = isFixed ? fixed : this.#unused.first(size);
    if (at === undefined) return ENOMEM;
    this.#take(guest, at, at + size, isFixed);
    return BigInt(at);
  }

  remap(guest: Guest, pc: bigint): bigint {
    const [start, oldLength, length, flags] = [0, 1, 2, 3].map((n) => guest.getX(n));
    if (start === undefined || start % BigInt(PAGE) || !oldLength || !length) return EINVAL;
    if ((flags ?? 0n) & ~MAY_MOVE) return EINVAL;
    const from = rangeAt(guest, 0, 1);
    if (from === undefined || length > BigInt(ALL)) return ENOMEM;
    const [old, size] = [pageUp(Number(oldLength)), pageUp(Number(length))];
    if (size <= old) {
      this.#unmap(from + size, from + old);
      return start;
    }
    if (from >= MAPPINGS && this.#unused.has(from + old, from + size)) {
      this.#take(guest, from + old, from + size, false);
      return start;
    }
    const at = flags ? this.#unused.first(size) : undefined;
    if (at === undefined) return ENOMEM;
    this.#take(guest, at, at + size, false);
    guest.memory.set(bytesAt(guest, start, BigInt(old), pc), at);
    this.#unmap(from, from + old);
    return BigInt(at);
  }

  /** What is not of the image is empty afterwards. */
  advise(guest: Guest): bigint {
    const from = rangeAt(guest, 0, 1);
    if (from === undefined) return EINVAL;
    if (guest.getX(2) !== DONT_NEED) return 0n;
    const to = Math.min(from + pageUp(Number(guest.getX(1))), STACK_TOP);
    const begin = Math.max(from, heapStart(guest));
    if (begin < to) guest.memory.fill(0, begin, to);
    return 0n;
  }

  #take(guest: Guest, from: number, to: number, isFixed: boolean): void {
    const dirty = isFixed ? to : Math.min(to, this.#highest);
    if (dirty > from) guest.memory.fill(0, from, dirty);
    this.#unused.remove(from, to);
    if (to <= MAPPINGS_END) this.#highest = Math.max(this.#highest, to);
  }

  #unmap(first: number, last: number): void {
    const [from, to] = [Math.max(first, MAPPINGS), Math.min(last, MAPPINGS_END)];
    if (from < to) this.#unused.add(from, to);
  }

  /** Nothing that anybody has is there. */
  #isFree(guest: Guest, from: number, to: number): boolean {
    return from >= MAPPINGS && to <= MAPPINGS_END
      ? this.#unused.has(from, to)
      : from >= pageUp(this.#heapEnd ?? heapStart(guest)) && to <= MAPPINGS;
  }
}

const heapStart = ({ facts }: Guest): number => pageUp(facts.imageEnd);

/** The beginning of whole pages below 4 GiB, by the registers of an address and a length. */
function rangeAt(guest: Guest, address: number, length: number): number | undefined {
  const [from, size] = [guest.getX(address), guest.getX(length)];
  if (from % BigInt(PAGE) || size > BigInt(ALL)) return undefined;
  return from > BigInt(ALL - pageUp(Number(size))) ? undefined : Number(from);
}

function sizeAt(guest: Guest, n: number): number | undefined {
  const size = guest.getX(n);
  return size === 0n || size > BigInt(ALL) ? undefined : pageUp(Number(size));
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
