/* Ranges of addresses that do not touch each other, in order. */
#ifndef RECOMP_RANGES_H
#define RECOMP_RANGES_H
#include "runtime.h"

struct range { u64 from, to; };
struct ranges { struct range *list; size_t count, room; };

void remove_range(struct ranges *r, u64 from, u64 to);
/* Whatever of it is there already stays. */
void add_range(struct ranges *r, u64 from, u64 to);
int has_range(const struct ranges *r, u64 from, u64 to);
/* Where the first one that is so large begins, or 0. */
u64 first_range(const struct ranges *r, u64 size);

#endif
