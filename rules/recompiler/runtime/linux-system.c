/* What a program asks about the machine: the same answers everywhere. */
#include "linux.h"
#include <errno.h>
#include <string.h>

/* Six texts of 65 bytes. */
static u64 name_system(S *s, u64 pc) {
  static const char *const names[6] = { "Linux", "recomp", "6.1.0", "#1", "aarch64", "(none)" };
  u8 *to = guest_bytes(s, s->x[0], 6 * 65, pc);
  memset(to, 0, 6 * 65);
  for (int i = 0; i < 6; i++) memcpy(to + 65 * i, names[i], strlen(names[i]));
  return 0;
}

static u64 time_of_day(S *s, u64 pc) {
  const u64 now[2] = { s->tick / TICKS_PER_SECOND, s->tick % TICKS_PER_SECOND * 1000000u / TICKS_PER_SECOND };
  if (s->x[0]) memcpy(guest_bytes(s, s->x[0], sizeof now, pc), now, sizeof now);
  if (s->x[1]) memset(guest_bytes(s, s->x[1], 8, pc), 0, 8);
  return 0;
}

static u64 clear(S *s, u64 address, u64 size, u64 pc) {
  if (address) memset(guest_bytes(s, address, size, pc), 0, size);
  return 0;
}

/* One gigabyte of memory, all free; one process. */
static u64 describe_system(S *s, u64 pc) {
  u64 words[14] = { s->tick / TICKS_PER_SECOND, 0, 0, 0, 1ull << 30, 1ull << 30 };
  words[10] = 1;
  words[13] = 1;
  memcpy(guest_bytes(s, s->x[0], sizeof words, pc), words, sizeof words);
  return 0;
}

int system_info_call(S *s, u64 pc, u64 *answer) {
  const u64 *const x = s->x;
  switch (x[8]) {
  case 102: case 103: *answer = 0; return 1; /* timers: they never end */
  case 114: { /* clock_getres */
    const u64 resolution[2] = { 0, 1 };
    if (x[1]) memcpy(guest_bytes(s, x[1], 16, pc), resolution, 16);
    *answer = 0;
    return 1;
  }
  case 140: *answer = 0; return 1; /* setpriority */
  case 141: *answer = 20; return 1; /* getpriority: 20 less the niceness */
  case 153: clear(s, x[0], 32, pc); *answer = s->tick / (TICKS_PER_SECOND / 100); return 1;
  case 160: *answer = name_system(s, pc); return 1;
  case 163: { /* getrlimit */
    const u64 limit[2] = { ~0ull, ~0ull };
    memcpy(guest_bytes(s, x[1], 16, pc), limit, 16);
    *answer = 0;
    return 1;
  }
  case 164: *answer = 0; return 1; /* setrlimit */
  case 165: *answer = clear(s, x[1], 144, pc); return 1; /* getrusage */
  case 169: *answer = time_of_day(s, pc); return 1;
  case 198: case 199: *answer = failed(EAFNOSUPPORT); return 1; /* socket, socketpair: there is no network */
  case 200: case 201: case 202: case 203: case 204: case 205: case 206: case 207: case 208: case 209: case 210: case 211: case 212: case 242:
    *answer = failed(ENOTSOCK); /* so nothing is one */
    return 1;
  case 179: *answer = describe_system(s, pc); return 1;
  default: return 0;
  }
}
