#include "sort.h"

int by_bytes(const struct line *a, const struct line *b) {
  const u64 both = a->size < b->size ? a->size : b->size;
  for (u64 i = 0; i < both; i++)
    if (a->text[i] != b->text[i]) return a->text[i] < b->text[i] ? -1 : 1;
  return a->size < b->size ? -1 : a->size > b->size;
}

int by_size(const struct line *a, const struct line *b) {
  return a->size != b->size ? (a->size < b->size ? -1 : 1) : by_bytes(a, b);
}

/* The number that a line begins with, fractions and all; a line without one counts as 0. */
static double number_at(const struct line *line) {
  double value = 0, unit = 1;
  u64 i = 0;
  const int is_negative = line->size && line->text[0] == '-';
  for (i = (u64)is_negative; i < line->size && line->text[i] >= '0' && line->text[i] <= '9'; i++) value = value * 10 + (line->text[i] - '0');
  if (i < line->size && line->text[i] == '.')
    for (i++; i < line->size && line->text[i] >= '0' && line->text[i] <= '9'; i++) value += (line->text[i] - '0') * (unit /= 10);
  return is_negative ? -value : value;
}

int by_number(const struct line *a, const struct line *b) {
  const double x = number_at(a), y = number_at(b);
  return x != y ? (x < y ? -1 : 1) : by_bytes(a, b);
}

void sort_lines(struct line *lines, struct line *room, u64 count, order compare) {
  if (count < 2) return;
  const u64 half = count / 2;
  sort_lines(lines, room, half, compare);
  sort_lines(lines + half, room, count - half, compare);
  for (u64 i = 0; i < half; i++) room[i] = lines[i];
  u64 left = 0, right = half, to = 0;
  while (left < half && right < count)
    lines[to++] = compare(&room[left], &lines[right]) <= 0 ? room[left++] : lines[right++];
  while (left < half) lines[to++] = room[left++];
}
