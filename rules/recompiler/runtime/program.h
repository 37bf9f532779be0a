/* The lifted program as the runtime sees it; `program.c` is printed by the lifter. */
#ifndef RECOMP_PROGRAM_H
#define RECOMP_PROGRAM_H
#include "recomp.h"

enum personality { PERSONALITY_HORIZON, PERSONALITY_LINUX };

/* `name` lies in the shard that defines the function; empty: it has none. */
struct entry { u32 address; guest_function *function; const char *name; };
struct segment { u64 offset, size, address, memory_size; u32 is_writable; };

struct program {
  enum personality personality;
  const char *name, *input_sha256;
  u64 load_address, entry, code_start, code_end, bss_address, bss_size;
  const struct segment *segments;
  size_t segment_count;
  const struct entry *entries;
  size_t entry_count;
  u32 makes_threads; /* its jumps back are counted */
};

extern const struct program recomp_program;
extern const u8 recomp_image[];

#endif
