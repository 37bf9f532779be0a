#include "ranges.h"
#include <stdlib.h>
#include <string.h>

static void insert(struct ranges *r, size_t at, u64 from, u64 to) {
  if (r->count == r->room) {
    r->room = r->room ? 2 * r->room : 64;
    r->list = realloc(r->list, r->room * sizeof *r->list);
    if (!r->list) give_up("out of memory");
  }
  memmove(r->list + at + 1, r->list + at, (r->count++ - at) * sizeof *r->list);
  r->list[at] = (struct range){ from, to };
}

static void erase(struct ranges *r, size_t at) {
  memmove(r->list + at, r->list + at + 1, (--r->count - at) * sizeof *r->list);
}

void remove_range(struct ranges *r, u64 from, u64 to) {
  for (size_t i = 0; i < r->count;) {
    const struct range one = r->list[i];
    if (one.to <= from || one.from >= to) {
      i++;
      continue;
    }
    erase(r, i);
    if (one.from < from) insert(r, i++, one.from, from);
    if (one.to > to) insert(r, i++, to, one.to);
  }
}

void add_range(struct ranges *r, u64 from, u64 to) {
  size_t i = 0;
  while (i < r->count && r->list[i].to < from) i++;
  while (i < r->count && r->list[i].from <= to) {
    if (r->list[i].from < from) from = r->list[i].from;
    if (r->list[i].to > to) to = r->list[i].to;
    erase(r, i);
  }
  insert(r, i, from, to);
}

int has_range(const struct ranges *r, u64 from, u64 to) {
  for (size_t i = 0; i < r->count; i++)
    if (r->list[i].from <= from && to <= r->list[i].to) return 1;
  return 0;
}

u64 first_range(const struct ranges *r, u64 size) {
  for (size_t i = 0; i < r->count; i++)
    if (r->list[i].to - r->list[i].from >= size) return r->list[i].from;
  return 0;
}
