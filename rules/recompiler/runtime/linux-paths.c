/* System calls that name files by their paths. */
#define _GNU_SOURCE
#include "linux.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *path_of(S *s, int argument, u64 pc) { return path_at(s, s->x[argument], pc); }

static u64 read_link(S *s, u64 pc) {
  const u64 size = s->x[3];
  return result_of(readlinkat((int)s->x[0], path_of(s, 1, pc), (char *)guest_bytes(s, s->x[2], size, pc), size));
}

static u64 current_folder(S *s, u64 pc) {
  char *to = (char *)guest_bytes(s, s->x[0], s->x[1], pc);
  return getcwd(to, s->x[1]) ? strlen(to) + 1 : failed(errno);
}

/* A moment that says "now" is the host's to fill in: it is the only one who knows it. */
static u64 set_times(S *s, u64 pc) {
  struct timespec times[2];
  if (s->x[2]) memcpy(times, guest_bytes(s, s->x[2], sizeof times, pc), sizeof times);
  const char *path = s->x[1] ? path_of(s, 1, pc) : NULL;
  const struct timespec *given = s->x[2] ? times : NULL;
  return result_of(path ? utimensat((int)s->x[0], path, given, (int)s->x[3]) : futimens((int)s->x[0], given));
}

static u64 rename_at(S *s, u64 pc, unsigned flags) {
  return result_of(renameat2((int)s->x[0], path_of(s, 1, pc), (int)s->x[2], path_of(s, 3, pc), flags));
}

int path_call(S *s, u64 pc, u64 *answer) {
  const u64 *const x = s->x;
  const int at = (int)x[0];
  switch (x[8]) {
  case 17: *answer = current_folder(s, pc); return 1;
  case 33: *answer = result_of(mknodat(at, path_of(s, 1, pc), (mode_t)x[2], (dev_t)x[3])); return 1;
  case 34: *answer = result_of(mkdirat(at, path_of(s, 1, pc), (mode_t)x[2])); return 1;
  case 35: *answer = result_of(unlinkat(at, path_of(s, 1, pc), (int)x[2])); return 1;
  case 36: *answer = result_of(symlinkat(path_of(s, 0, pc), (int)x[1], path_of(s, 2, pc))); return 1;
  case 37: *answer = result_of(linkat(at, path_of(s, 1, pc), (int)x[2], path_of(s, 3, pc), (int)x[4])); return 1;
  case 38: *answer = rename_at(s, pc, 0); return 1;
  case 276: *answer = rename_at(s, pc, (unsigned)x[4]); return 1;
  case 45: *answer = result_of(truncate(path_of(s, 0, pc), (off_t)x[1])); return 1;
  case 48: *answer = result_of(faccessat(at, path_of(s, 1, pc), (int)x[2], 0)); return 1;
  case 439: *answer = result_of(faccessat(at, path_of(s, 1, pc), (int)x[2], (int)x[3])); return 1;
  case 49: *answer = result_of(chdir(path_of(s, 0, pc))); return 1;
  case 53: *answer = result_of(fchmodat(at, path_of(s, 1, pc), (mode_t)x[2], 0)); return 1;
  case 54: *answer = result_of(fchownat(at, path_of(s, 1, pc), (uid_t)x[2], (gid_t)x[3], (int)x[4])); return 1;
  case 78: *answer = read_link(s, pc); return 1;
  case 88: *answer = set_times(s, pc); return 1;
  case 166: *answer = umask((mode_t)x[0]); return 1;
  default: return 0;
  }
}
