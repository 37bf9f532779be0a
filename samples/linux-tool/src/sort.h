#pragma once
#include "system.h"

struct line { const u8 *text; u64 size; };

/* Below zero, zero, above: as the bytes are. */
typedef int (*order)(const struct line *, const struct line *);

int by_bytes(const struct line *a, const struct line *b);
int by_size(const struct line *a, const struct line *b);
int by_number(const struct line *a, const struct line *b);

/* Equal ones keep their order. `room` has as many places as `lines`. */
void sort_lines(struct line *lines, struct line *room, u64 count, order compare);
