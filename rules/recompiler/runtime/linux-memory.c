/*
 * What a program has of memory beyond its image: a heap, and mappings, which lie in a region of their own. The first place in
 * it that is large enough is taken. run-wasm/linux-memory.ts decides in the same way, word by word.
 */
#include "linux.h"
#include "ranges.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { PAGE = 4096, MAPPINGS = 0x40000000, MAPPINGS_END = STACK_TOP - STACK_SIZE };
static const u64 ALL = 0x100000000ull;

static u64 heap_start, heap_end;
/* Of the region: what is free, and what holds a file, which is not emptied but would be read again. */
static struct ranges unused, filed;

static u64 page_up(u64 a) { return (a + PAGE - 1) & ~(u64)(PAGE - 1); }

void begin_memory(u64 image_end) {
  heap_start = heap_end = page_up(image_end);
  add_range(&unused, MAPPINGS, MAPPINGS_END);
}

static u64 move_heap(S *s) {
  const u64 wanted = s->x[0], old = page_up(heap_end);
  if (wanted < heap_start || wanted > MAPPINGS) return heap_end;
  if (wanted > heap_end) commit_memory(s->mem, heap_end, wanted - heap_end);
  if (page_up(wanted) < old) discard_memory(s->mem, page_up(wanted), old - page_up(wanted));
  return heap_end = wanted;
}

static u64 unmap(S *s, u64 from, u64 to) {
  if (from < MAPPINGS) from = MAPPINGS;
  if (to > MAPPINGS_END) to = MAPPINGS_END;
  if (from >= to) return 0;
  release_memory(s->mem, from, to - from);
  add_range(&unused, from, to);
  remove_range(&filed, from, to);
  return 0;
}

static u64 unmap_memory(S *s) {
  const u64 from = s->x[0];
  if (from % PAGE || !s->x[1] || s->x[1] > ALL || from > ALL - page_up(s->x[1])) return failed(EINVAL);
  return unmap(s, from, from + page_up(s->x[1]));
}

/* Nothing that anybody has is there. */
static int is_free(u64 from, u64 to) {
  return from >= MAPPINGS && to <= MAPPINGS_END ? has_range(&unused, from, to) : from >= page_up(heap_end) && to <= MAPPINGS;
}

static u64 read_file(S *s, u64 at, u64 pc) {
  u8 *const to = guest_bytes(s, at, s->x[1], pc);
  for (u64 done = 0; done < s->x[1];) {
    const ssize_t got = pread((int)s->x[4], to + done, s->x[1] - done, (off_t)(s->x[5] + done));
    if (got < 0) return failed(errno);
    if (got == 0) break;
    done += (u64)got;
  }
  return 0;
}

static u64 map_memory(S *s, u64 pc) {
  enum { FIXED = 0x10, ANONYMOUS = 0x20, NO_REPLACE = 0x100000 };
  const u64 flags = s->x[3], wanted = s->x[0];
  const int is_fixed = flags & (FIXED | NO_REPLACE) && wanted;
  if (!s->x[1] || (!(flags & ANONYMOUS) && s->x[5] % PAGE)) return failed(EINVAL);
  if (s->x[1] > ALL) return failed(ENOMEM);
  const u64 size = page_up(s->x[1]);
  if (is_fixed && wanted % PAGE) return failed(EINVAL);
  if (is_fixed && (wanted > STACK_TOP || wanted + size > STACK_TOP)) return failed(ENOMEM);
  if (is_fixed && flags & NO_REPLACE && !is_free(wanted, wanted + size)) return failed(EEXIST);
  const u64 at = is_fixed ? wanted : first_range(&unused, size);
  if (!at) return failed(ENOMEM);
  commit_memory(s->mem, at, size);
  if (is_fixed) discard_memory(s->mem, at, size);
  remove_range(&unused, at, at + size);
  remove_range(&filed, at, at + size);
  if (flags & ANONYMOUS) return at;
  const u64 status = read_file(s, at, pc);
  if (status) {
    unmap(s, at, at + size);
    return status;
  }
  add_range(&filed, at, at + size);
  return at;
}

/* It grows where it is if nobody is behind it, else it moves if it may. */
static u64 remap_memory(S *s, u64 pc) {
  enum { MAY_MOVE = 1 };
  const u64 from = s->x[0];
  if (from % PAGE || s->x[3] & ~(u64)MAY_MOVE || !s->x[1] || !s->x[2]) return failed(EINVAL);
  if (s->x[1] > ALL || s->x[2] > ALL || from > ALL - page_up(s->x[1])) return failed(ENOMEM);
  const u64 old = page_up(s->x[1]), size = page_up(s->x[2]);
  if (size <= old) {
    unmap(s, from + size, from + old);
    return from;
  }
  if (from >= MAPPINGS && has_range(&unused, from + old, from + size)) {
    commit_memory(s->mem, from + old, size - old);
    remove_range(&unused, from + old, from + size);
    return from;
  }
  const u64 at = s->x[3] & MAY_MOVE ? first_range(&unused, size) : 0;
  if (!at) return failed(ENOMEM);
  commit_memory(s->mem, at, size);
  memcpy(s->mem + at, guest_bytes(s, from, old, pc), old);
  remove_range(&unused, at, at + size);
  if (has_range(&filed, from, from + old)) add_range(&filed, at, at + size);
  unmap(s, from, from + old);
  return at;
}

/* What is not of the image or a file's is empty afterwards. */
static u64 advise(S *s) {
  enum { DONT_NEED = 4 };
  u64 from = s->x[0];
  if (from % PAGE || s->x[1] > ALL || from > ALL - page_up(s->x[1])) return failed(EINVAL);
  if (s->x[2] != DONT_NEED) return 0;
  u64 to = from + page_up(s->x[1]);
  if (from < heap_start) from = heap_start;
  if (to > STACK_TOP) to = STACK_TOP;
  for (size_t i = 0; from < to; i++) {
    const struct range next = i < filed.count ? filed.list[i] : (struct range){ to, to };
    if (next.to <= from) continue;
    if (next.from > from) discard_memory(s->mem, from, (next.from < to ? next.from : to) - from);
    from = next.to > from ? next.to : to;
  }
  return 0;
}

int memory_call(S *s, u64 pc, u64 *answer) {
  switch (s->x[8]) {
  case 214: *answer = move_heap(s); return 1;
  case 215: *answer = unmap_memory(s); return 1;
  case 216: *answer = remap_memory(s, pc); return 1;
  case 222: *answer = map_memory(s, pc); return 1;
  case 226: *answer = 0; return 1; /* mprotect */
  case 233: *answer = advise(s); return 1;
  default: return 0;
  }
}
