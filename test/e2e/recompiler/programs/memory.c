/* What a program may count on when it maps, gives back and maps again. No address is printed: those are the system's to choose. */
#include "threads.h"

enum { SYS_BRK = 214, SYS_MUNMAP = 215, SYS_MREMAP = 216, SYS_MMAP = 222, SYS_MADVISE = 233 };
enum { PAGE = 4096, ANONYMOUS = 0x22, FIXED = 0x10, NO_REPLACE = 0x100000, MAY_MOVE = 1, DONT_NEED = 4 };

static long map(long at, u64 size, long flags) { return call6(SYS_MMAP, at, (long)size, 3, flags, -1, 0); }
static long unmap(long at, u64 size) { return call(SYS_MUNMAP, at, (long)size, 0); }
static long remap(long at, u64 old, u64 size, long flags) { return call6(SYS_MREMAP, at, (long)old, (long)size, flags, 0, 0); }
static u64 sum(long at, u64 size) {
  u64 total = 0;
  for (u64 i = 0; i < size; i += 8) total += *(volatile u64 *)(at + i);
  return total;
}
static void fill(long at, u64 size, u64 value) {
  for (u64 i = 0; i < size; i += 8) *(volatile u64 *)(at + i) = value;
}

/* More than there is room for, if nothing were given back; and what comes back is empty. */
static void cycles(void) {
  u64 failures = 0, left = 0;
  for (int i = 0; i < 200; i++) {
    const long at = map(0, 64 << 20, ANONYMOUS);
    if (at < 0) { failures++; continue; }
    left += *(volatile u64 *)at + *(volatile u64 *)(at + (32 << 20)) + *(volatile u64 *)(at + (64 << 20) - 8);
    *(volatile u64 *)at = *(volatile u64 *)(at + (32 << 20)) = *(volatile u64 *)(at + (64 << 20) - 8) = 7;
    if (unmap(at, 64 << 20)) failures++;
  }
  print_hex("cycles that failed", failures);
  print_hex("left behind", left);
}

/* A page that was put at a place is nobody else's, wherever the system would have put the next ones. */
static void fixed(void) {
  const long place = map(0, 64 * PAGE, ANONYMOUS);
  unmap(place, 64 * PAGE);
  const long page = map(place + 8 * PAGE, PAGE, ANONYMOUS | FIXED);
  print_hex("where it was asked for", page == place + 8 * PAGE);
  fill(page, PAGE, 1);
  u64 overlaps = 0;
  for (int i = 0; i < 128; i++) {
    const long other = map(0, PAGE, ANONYMOUS);
    if (other == page) overlaps++;
    fill(other, PAGE, 2);
  }
  print_hex("overlaps", overlaps);
  print_hex("still its own", sum(page, PAGE));
  print_hex("not over another", map(page, PAGE, ANONYMOUS | NO_REPLACE) != page);
  print_hex("over it", map(page, PAGE, ANONYMOUS | FIXED) == page);
  print_hex("empty then", sum(page, PAGE));
}

static void hole(void) {
  const long three = map(0, 3 * PAGE, ANONYMOUS);
  fill(three, 3 * PAGE, 1);
  unmap(three + PAGE, PAGE);
  print_hex("neighbours", sum(three, PAGE) + sum(three + 2 * PAGE, PAGE));
  print_hex("into the hole", map(three + PAGE, PAGE, ANONYMOUS | NO_REPLACE) == three + PAGE);
  print_hex("empty", sum(three + PAGE, PAGE));
}

static void advice(void) {
  const long at = map(0, 4 * PAGE, ANONYMOUS);
  fill(at, 4 * PAGE, 1);
  print_hex("advised", (u64)call(SYS_MADVISE, at + PAGE, 2 * PAGE - 100, DONT_NEED));
  print_hex("kept", sum(at, PAGE) + sum(at + 3 * PAGE, PAGE));
  print_hex("given up", sum(at + PAGE, 2 * PAGE));
  fill(at + PAGE, PAGE, 3);
  print_hex("used again", sum(at + PAGE, PAGE));
  print_hex("not a page", (u64)call(SYS_MADVISE, at + 8, PAGE, DONT_NEED));
}

static void growth(void) {
  const long at = map(0, 2 * PAGE, ANONYMOUS), behind = map(0, PAGE, ANONYMOUS);
  fill(at, 2 * PAGE, 5);
  fill(behind, PAGE, 6);
  const long larger = remap(at, 2 * PAGE, 40 * PAGE, MAY_MOVE);
  print_hex("taken along", sum(larger, 2 * PAGE));
  print_hex("and empty behind", sum(larger + 2 * PAGE, 38 * PAGE));
  print_hex("others", sum(behind, PAGE));
  print_hex("smaller", remap(larger, 40 * PAGE, PAGE, 0) == larger);
  print_hex("its beginning", sum(larger, PAGE));
  print_hex("free behind", map(larger + PAGE, 39 * PAGE, ANONYMOUS | NO_REPLACE) == larger + PAGE);
  print_hex("nowhere to grow", (u64)remap(larger, PAGE, 2 * PAGE, 0));
  unmap(larger + PAGE, 39 * PAGE);
  print_hex("room to grow", remap(larger, PAGE, 8 * PAGE, 0) == larger);
  print_hex("empty there", sum(larger + PAGE, 7 * PAGE));
}

static void heap(void) {
  const long start = (call(SYS_BRK, 0, 0, 0) + PAGE - 1) & -PAGE;
  print_hex("grown", call(SYS_BRK, start + 4 * PAGE, 0, 0) == start + 4 * PAGE);
  fill(start, 4 * PAGE, 9);
  print_hex("shrunk", call(SYS_BRK, start + PAGE, 0, 0) == start + PAGE);
  print_hex("grown again", call(SYS_BRK, start + 4 * PAGE, 0, 0) == start + 4 * PAGE);
  print_hex("the first page", sum(start, PAGE));
  print_hex("the others", sum(start + PAGE, 3 * PAGE));
}

static void mistakes(void) {
  const long at = map(0, PAGE, ANONYMOUS);
  print_hex("of no size", (u64)map(0, 0, ANONYMOUS));
  print_hex("half a page", (u64)unmap(at + 8, PAGE));
  print_hex("nothing", (u64)unmap(at, 0));
  print_hex("at an odd place", (u64)map(at + 8, PAGE, ANONYMOUS | FIXED));
  print_hex("twice", (u64)(unmap(at, PAGE) | unmap(at, PAGE)));
  print_hex("more than there is", (u64)map(0, 1ul << 48, ANONYMOUS));
}

static void test(void) {
  cycles();
  fixed();
  hole();
  advice();
  growth();
  heap();
  mistakes();
}
