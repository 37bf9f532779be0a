/* The input script, as the `script` tool writes it: a line for each change, "tick control value", in order. */
#include "runtime.h"
#include <stdlib.h>

struct change { u64 tick; u32 control; s32 value; };
enum { BUTTONS = 32, STICKS = 4, MAX_CHANGES = 1 << 20 };

static struct change *changes;
static size_t change_count;

void load_script(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) give_up("cannot read the input script %s", path);
  size_t room = 0;
  unsigned long long tick;
  unsigned control;
  int value, read;
  while ((read = fscanf(file, "%llu %u %d", &tick, &control, &value)) == 3) {
    if (control >= BUTTONS + STICKS || change_count >= MAX_CHANGES) give_up("%s: malformed input script", path);
    if (change_count == room) {
      room = room ? room * 2 : 64;
      changes = realloc(changes, room * sizeof *changes);
      if (!changes) give_up("out of memory");
    }
    changes[change_count++] = (struct change){ tick, control, value };
  }
  if (read != EOF) give_up("%s: malformed input script", path);
  fclose(file);
}

struct input input_at(u64 tick) {
  struct input input = { 0 };
  for (size_t i = 0; i < change_count && changes[i].tick <= tick; i++) {
    const struct change *c = &changes[i];
    if (c->control >= BUTTONS) input.stick[c->control - BUTTONS] = (s16)c->value;
    else if (c->value) input.buttons |= 1u << c->control;
    else input.buttons &= ~(1u << c->control);
  }
  return input;
}
