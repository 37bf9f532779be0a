/* An NRO is loaded anywhere; it adds its own base to the pointers in its data. */
#include "device.h"

struct dynamic { s64 tag; u64 value; };
struct rela { u64 offset; u64 info; u64 addend; };
enum { DT_RELA = 7, DT_RELASZ = 8, R_AARCH64_RELATIVE = 1027 };

void relocate(u64 base, const struct dynamic *dynamic) {
  const struct rela *rela = 0;
  u64 size = 0;
  for (; dynamic->tag != 0; dynamic++) {
    if (dynamic->tag == DT_RELA) rela = (const struct rela *)(base + dynamic->value);
    if (dynamic->tag == DT_RELASZ) size = dynamic->value;
  }
  for (u64 i = 0; i < size / sizeof *rela; i++)
    if ((u32)rela[i].info == R_AARCH64_RELATIVE) *(u64 *)(base + rela[i].offset) = base + rela[i].addend;
}
