/* Guest memory: 4 GiB of address space of which only what the guest has is backed. */
#include "runtime.h"
#include <sys/mman.h>

enum { PAGE = 4096 };
/* A 16-byte access at the last address ends behind the 4 GiB. */
static const u64 RESERVED = 0x100000000ull + PAGE;

u8 *reserve_memory(void) {
  void *mem = mmap(NULL, RESERVED, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mem == MAP_FAILED) give_up("cannot reserve 4 GiB of address space");
  return mem;
}

void commit_memory(u8 *mem, u64 address, u64 size) {
  const u64 from = address & ~(u64)(PAGE - 1);
  const u64 to = (address + size + PAGE - 1) & ~(u64)(PAGE - 1);
  if (to > 0x100000000ull) give_up("memory above 4 GiB");
  if (to > from && mprotect(mem + from, to - from, PROT_READ | PROT_WRITE)) give_up("out of memory");
}

void discard_memory(u8 *mem, u64 address, u64 size) {
  if (size && madvise(mem + address, size, MADV_DONTNEED)) give_up("memory cannot be given back");
}

void release_memory(u8 *mem, u64 address, u64 size) {
  discard_memory(mem, address, size);
  if (size && mprotect(mem + address, size, PROT_NONE)) give_up("out of memory");
}
