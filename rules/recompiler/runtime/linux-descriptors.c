/* System calls on open files. */
#define _GNU_SOURCE
#include "linux.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static u8 *bytes_of(S *s, u64 pc) { return guest_bytes(s, s->x[1], s->x[2], pc); }

static u64 read_vectors(S *s, u64 pc) {
  u64 total = 0;
  for (u64 i = 0; i < s->x[2]; i++) {
    u64 one[2];
    memcpy(one, guest_bytes(s, s->x[1] + 16 * i, 16, pc), 16);
    const ssize_t got = read((int)s->x[0], guest_bytes(s, one[0], one[1], pc), one[1]);
    if (got < 0) return total ? total : failed(errno);
    total += (u64)got;
    if ((u64)got < one[1]) break;
  }
  return total;
}

static u64 make_pipe(S *s, u64 pc) {
  int ends[2];
  if (pipe2(ends, (int)s->x[1])) return failed(errno);
  memcpy(guest_bytes(s, s->x[0], sizeof ends, pc), ends, sizeof ends);
  return 0;
}

/* Of the flags that fcntl knows, two have other numbers on arm64; of locks, the layout is the same. */
static u64 control(S *s, u64 pc) {
  enum { ARM_DIRECT = 0200000, ARM_LARGEFILE = 0400000 };
  const int fd = (int)s->x[0], what = (int)s->x[1];
  switch (what) {
  case F_GETFL: {
    const int flags = fcntl(fd, F_GETFL);
    return flags < 0 ? failed(errno) : (u64)((flags & ~0300000) | ARM_LARGEFILE);
  }
  case F_SETFL: return result_of(fcntl(fd, F_SETFL, (int)s->x[2] & ~(ARM_DIRECT | ARM_LARGEFILE | 0100000)));
  case F_GETLK: case F_SETLK: case F_SETLKW:
    return result_of(fcntl(fd, what, guest_bytes(s, s->x[2], sizeof(struct flock), pc)));
  case F_DUPFD: case F_DUPFD_CLOEXEC: case F_GETFD: case F_SETFD: case F_SETPIPE_SZ: case F_GETPIPE_SZ:
    return result_of(fcntl(fd, what, (long)s->x[2]));
  default: return failed(EINVAL);
  }
}

/* Nothing is a terminal; how much can be read may be asked of anything. */
static u64 device_control(S *s, u64 pc) {
  if (s->x[1] == FIONREAD) return result_of(ioctl((int)s->x[0], FIONREAD, guest_bytes(s, s->x[2], 4, pc)));
  return failed(fcntl((int)s->x[0], F_GETFD) < 0 ? EBADF : ENOTTY);
}

/* Waits of the guest's cost no time: only what others do is waited for. */
static u64 poll_descriptors(S *s, u64 pc) {
  struct pollfd *fds = (struct pollfd *)guest_bytes(s, s->x[0], s->x[1] * sizeof(struct pollfd), pc);
  return result_of(poll(fds, s->x[1], s->x[2] ? 0 : -1));
}

static u64 select_descriptors(S *s, u64 pc) {
  fd_set *sets[3];
  const u64 bytes = (s->x[0] + 63) / 64 * 8;
  if (s->x[0] > FD_SETSIZE) return failed(EINVAL);
  for (int i = 0; i < 3; i++) sets[i] = s->x[1 + i] ? (fd_set *)guest_bytes(s, s->x[1 + i], bytes, pc) : NULL;
  struct timeval none = { 0, 0 };
  return result_of(select((int)s->x[0], sets[0], sets[1], sets[2], s->x[4] ? &none : NULL));
}

static u64 send_file(S *s, u64 pc) {
  off_t *offset = s->x[2] ? (off_t *)guest_bytes(s, s->x[2], 8, pc) : NULL;
  return result_of(sendfile((int)s->x[0], (int)s->x[1], offset, s->x[3]));
}

static u64 close_range_of(S *s) {
  for (u64 fd = s->x[0]; fd <= s->x[1] && fd < 1024; fd++) {
    forget_directory((int)fd);
    if (s->x[2] & 4) fcntl((int)fd, F_SETFD, FD_CLOEXEC);
    else close((int)fd);
  }
  return 0;
}

int descriptor_call(S *s, u64 pc, u64 *answer) {
  const u64 *const x = s->x;
  const int fd = (int)x[0];
  switch (x[8]) {
  case 23: *answer = result_of(dup(fd)); return 1;
  case 24: forget_directory((int)x[1]); *answer = result_of(dup3(fd, (int)x[1], (int)x[2])); return 1;
  case 25: *answer = control(s, pc); return 1;
  case 29: *answer = device_control(s, pc); return 1;
  case 32: *answer = result_of(flock(fd, (int)x[1])); return 1;
  case 46: *answer = result_of(ftruncate(fd, (off_t)x[1])); return 1;
  case 47: *answer = result_of(fallocate(fd, (int)x[1], (off_t)x[2], (off_t)x[3])); return 1;
  case 50: *answer = result_of(fchdir(fd)); return 1;
  case 52: *answer = result_of(fchmod(fd, (mode_t)x[1])); return 1;
  case 55: *answer = result_of(fchown(fd, (uid_t)x[1], (gid_t)x[2])); return 1;
  case 57: forget_directory(fd); *answer = result_of(close(fd)); return 1;
  case 59: *answer = make_pipe(s, pc); return 1;
  case 65: *answer = read_vectors(s, pc); return 1;
  case 67: *answer = result_of(pread(fd, bytes_of(s, pc), x[2], (off_t)x[3])); return 1;
  case 68: *answer = result_of(pwrite(fd, bytes_of(s, pc), x[2], (off_t)x[3])); return 1;
  case 71: *answer = send_file(s, pc); return 1;
  case 72: *answer = select_descriptors(s, pc); return 1;
  case 73: *answer = poll_descriptors(s, pc); return 1;
  case 81: sync(); *answer = 0; return 1;
  case 82: case 83: *answer = result_of(fsync(fd)); return 1;
  case 223: *answer = 0; return 1; /* fadvise64 */
  case 285: *answer = failed(ENOSYS); return 1; /* copy_file_range: programs copy by themselves then */
  case 436: *answer = close_range_of(s); return 1;
  default: return 0;
  }
}
