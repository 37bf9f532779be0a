/* The linux personality: system calls of static arm64 Linux programs. So far: those of a program that only prints. */
#include "runtime.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { STACK_TOP = 0x7ff00000, STACK_SIZE = 0x800000 };

/* argc, argv, an empty environment and auxiliary vector, then the strings, as the kernel lays them out. */
void start_linux(S *s, int argc, char **argv) {
  commit_memory(s->mem, STACK_TOP - STACK_SIZE, STACK_SIZE);
  u64 strings = STACK_TOP;
  for (int i = 0; i < argc; i++) strings -= strlen(argv[i]) + 1;
  const u64 words = (u64)argc + 5;
  u64 sp = (strings - words * 8) & ~15ull;
  s->x[31] = sp;
  u8 *m = s->mem;
  ST64(sp, (u64)argc);
  for (int i = 0; i < argc; i++) {
    ST64(sp + 8 * (u64)(i + 1), strings);
    memcpy(m + strings, argv[i], strlen(argv[i]) + 1);
    strings += strlen(argv[i]) + 1;
  }
}

enum { SYS_READ = 63, SYS_WRITE = 64, SYS_EXIT = 93, SYS_EXIT_GROUP = 94 };

static u64 result_of(ssize_t value) { return value < 0 ? (u64)-(s64)errno : (u64)value; }

void linux_call(S *s, u32 number, u64 pc) {
  (void)number;
  u64 *const x = s->x;
  switch (x[8]) {
  case SYS_READ: x[0] = result_of(read((int)x[0], guest_bytes(s, x[1], x[2], pc), x[2])); return;
  case SYS_WRITE: x[0] = result_of(write((int)x[0], guest_bytes(s, x[1], x[2], pc), x[2])); return;
  case SYS_EXIT:
  case SYS_EXIT_GROUP: leave((int)x[0] & 255);
  default:
    fprintf(stderr, "%s: system call %llu at 0x%llx is not implemented\n", recomp_program.name, (unsigned long long)x[8], (unsigned long long)pc);
    x[0] = (u64)-(s64)ENOSYS;
  }
}
