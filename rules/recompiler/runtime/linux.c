/*
 * The linux personality: system calls of static arm64 Linux programs. Numbers and structures are arm64's; the host's
 * may differ. What would differ between runs (time, random numbers, process ids) is fixed.
 */
#include "linux.h"
#include "linux-threads.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
  PAGE = 4096,
  MOST_WORDS = 32768,
};

enum { AT_PHDR = 3, AT_PHENT = 4, AT_PHNUM = 5, AT_PAGESZ = 6, AT_ENTRY = 9, AT_HWCAP = 16, AT_CLKTCK = 17, AT_SECURE = 23, AT_RANDOM = 25 };
/* FP and ASIMD: libraries then keep away from what came after ARMv8.0. */
enum { HWCAP = 3 };

static u64 random_state = 0x9e3779b97f4a7c15ull;

static u64 next_random(void) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return random_state;
}

static u64 push_bytes(S *s, u64 *top, const void *bytes, size_t size) {
  *top -= size;
  memcpy(s->mem + *top, bytes, size);
  return *top;
}

/* The program headers, where the first segment brought the file's own header along. */
static size_t header_entries(S *s, u64 *auxiliary) {
  const u64 base = recomp_program.segments[0].address;
  u8 *const m = s->mem;
  if (LD32(base) != 0x464c457f) return 0;
  const u64 entries[] = { AT_PHDR, base + LD64(base + 32), AT_PHENT, LD16(base + 54), AT_PHNUM, LD16(base + 56) };
  memcpy(auxiliary, entries, sizeof entries);
  return sizeof entries / sizeof *entries;
}

extern char **environ;

/* What is for the runtime itself is not the program's. */
static int is_for_guest(const char *variable) { return strncmp(variable, "RECOMP_", 7) != 0; }

/* argc, argv, the environment, the auxiliary vector; then the strings, as the kernel lays them out. */
void start_linux(S *s, int argc, char **argv) {
  commit_memory(s->mem, STACK_TOP - STACK_SIZE, STACK_SIZE);
  commit_memory(s->mem, SIGNAL_RETURN, PAGE);
  const u32 come_back[2] = { 0xd2801168, 0xd4000001 }; /* mov x8, #139; svc #0 */
  memcpy(s->mem + SIGNAL_RETURN, come_back, sizeof come_back);
  u64 image_end = 0;
  for (size_t i = 0; i < recomp_program.segment_count; i++) {
    const u64 end = recomp_program.segments[i].address + recomp_program.segments[i].memory_size;
    if (end > image_end) image_end = end;
  }
  begin_memory(image_end);
  u64 top = STACK_TOP;
  static u64 words[MOST_WORDS + 32];
  size_t count = 0;
  words[count++] = (u64)argc;
  if (argc > MOST_WORDS / 2) give_up("more than %d arguments", MOST_WORDS / 2);
  for (int i = 0; i < argc; i++) words[count++] = push_bytes(s, &top, argv[i], strlen(argv[i]) + 1);
  words[count++] = 0;
  for (char **variable = environ; *variable && count < MOST_WORDS; variable++)
    if (is_for_guest(*variable)) words[count++] = push_bytes(s, &top, *variable, strlen(*variable) + 1);
  words[count++] = 0;
  top &= ~15ull;
  const u64 seed[2] = { next_random(), next_random() };
  const u64 random = push_bytes(s, &top, seed, sizeof seed);
  count += header_entries(s, words + count);
  const u64 rest[] = { AT_PAGESZ, PAGE, AT_ENTRY, recomp_program.entry, AT_HWCAP, HWCAP, AT_CLKTCK, 100, AT_SECURE, 0, AT_RANDOM, random, 0, 0 };
  memcpy(words + count, rest, sizeof rest);
  count += sizeof rest / sizeof *rest;
  top = (top & ~15ull) - ((count * 8 + 15) & ~15ull);
  memcpy(s->mem + top, words, count * 8);
  s->x[31] = top;
}

u64 failed(int number) { return (u64)-(s64)number; }
u64 result_of(s64 value) { return value < 0 ? failed(errno) : (u64)value; }

const char *path_at(S *s, u64 address, u64 pc) {
  const char *path = (const char *)guest_bytes(s, address, 1, pc);
  if (!memchr(path, 0, 0x100000000ull - address < PAGE ? 0x100000000ull - address : PAGE)) give_up("a path without end at 0x%llx", (unsigned long long)pc);
  return path;
}

/* Directory descriptors are the host's; "here" has the same number on both. */
static u64 open_at(S *s, u64 pc) {
  enum { ARM_DIRECTORY = 040000, ARM_NOFOLLOW = 0100000, ARM_DIRECT = 0200000, ARM_LARGEFILE = 0400000 };
  const u64 given = s->x[2];
  int flags = (int)(given & ~(u64)(ARM_DIRECTORY | ARM_NOFOLLOW | ARM_DIRECT | ARM_LARGEFILE));
  if (given & ARM_DIRECTORY) flags |= O_DIRECTORY;
  if (given & ARM_NOFOLLOW) flags |= O_NOFOLLOW;
  return result_of(openat((int)s->x[0], path_at(s, s->x[1], pc), flags, (mode_t)s->x[3]));
}

/* arm64's struct stat. A file's times are the host's, as its bytes are; its number is given by the order of first sight. */
static u64 put_stat(S *s, u64 address, const struct stat *st, u64 pc) {
  u8 *const m = s->mem;
  memset(guest_bytes(s, address, 128, pc), 0, 128);
  ST64(address, 1);
  ST64(address + 8, file_number(st->st_dev, st->st_ino));
  ST32(address + 16, st->st_mode);
  ST32(address + 20, (u32)st->st_nlink);
  ST32(address + 24, st->st_uid == geteuid() ? 0 : st->st_uid);
  ST32(address + 28, st->st_gid == getegid() ? 0 : st->st_gid);
  ST64(address + 32, (u64)st->st_rdev);
  ST64(address + 48, (u64)st->st_size);
  ST32(address + 56, 4096);
  ST64(address + 64, (u64)st->st_blocks);
  const struct timespec times[] = { st->st_atim, st->st_mtim, st->st_ctim };
  for (int i = 0; i < 3; i++) {
    ST64(address + 72 + 16 * i, (u64)times[i].tv_sec);
    ST64(address + 80 + 16 * i, (u64)times[i].tv_nsec);
  }
  return 0;
}

static u64 stat_at(S *s, u64 pc) {
  struct stat st;
  const char *path = path_at(s, s->x[1], pc);
  const int is_empty = !*path && (s->x[3] & 0x1000);
  const int status = is_empty ? fstat((int)s->x[0], &st) : fstatat((int)s->x[0], path, &st, (int)(s->x[3] & 0x100));
  return status ? failed(errno) : put_stat(s, s->x[2], &st, pc);
}

static u64 stat_descriptor(S *s, u64 pc) {
  struct stat st;
  return fstat((int)s->x[0], &st) ? failed(errno) : put_stat(s, s->x[1], &st, pc);
}

static u64 write_vectors(S *s, u64 pc) {
  u64 total = 0;
  for (u64 i = 0; i < s->x[2]; i++) {
    u64 one[2];
    memcpy(one, guest_bytes(s, s->x[1] + 16 * i, 16, pc), 16);
    const ssize_t written = write((int)s->x[0], guest_bytes(s, one[0], one[1], pc), one[1]);
    if (written < 0) return total ? total : failed(errno);
    total += (u64)written;
    if ((u64)written < one[1]) break;
  }
  return total;
}

static u64 give_random(S *s, u64 pc) {
  u8 *to = guest_bytes(s, s->x[0], s->x[1], pc);
  for (u64 i = 0; i < s->x[1]; i++) to[i] = (u8)(next_random() >> 32);
  return s->x[1];
}

static u64 read_limit(S *s, u64 pc) {
  const u64 limit[2] = { STACK_SIZE, ~0ull };
  if (s->x[3]) memcpy(guest_bytes(s, s->x[3], 16, pc), limit, 16);
  return 0;
}

static u64 read_clock(S *s, u64 pc) {
  const u64 now[2] = { s->tick / TICKS_PER_SECOND, s->tick % TICKS_PER_SECOND * 1000000000u / TICKS_PER_SECOND };
  memcpy(guest_bytes(s, s->x[1], 16, pc), now, 16);
  return 0;
}

/* sched_getaffinity: one processor. */
static u64 give_processors(S *s, u64 pc) {
  const u64 one = 1;
  if (s->x[1] < sizeof one) return failed(EINVAL);
  memcpy(guest_bytes(s, s->x[2], sizeof one, pc), &one, sizeof one);
  return sizeof one;
}

static u64 unknown_call(S *s, u64 pc) {
  fprintf(stderr, "%s: system call %llu at 0x%llx is not implemented\n", recomp_program.name, (unsigned long long)s->x[8], (unsigned long long)pc);
  return failed(ENOSYS);
}

static u64 answer(S *s, u64 pc) {
  const u64 *const x = s->x;
  switch (x[8]) {
  case 56: return open_at(s, pc);
  case 63: return result_of(read((int)x[0], guest_bytes(s, x[1], x[2], pc), x[2]));
  case 64: return result_of(write((int)x[0], guest_bytes(s, x[1], x[2], pc), x[2]));
  case 66: return write_vectors(s, pc);
  case 79: return stat_at(s, pc);
  case 80: return stat_descriptor(s, pc);
  case 93: exit_thread(s, pc);
  case 94: leave((int)x[0] & 255);
  case 96: return set_clear_tid(s);
  case 98: return use_futex(s, pc);
  case 99: return set_robust_list(s);
  case 101: return sleep_until(s, pc, s->tick, x[0]); /* nanosleep */
  case 113: return read_clock(s, pc);
  case 115: return sleep_until(s, pc, x[1] & 1 ? 0 : s->tick, x[2]); /* clock_nanosleep; 1: until, not for */
  case 123: return give_processors(s, pc);
  case 124: yield_thread(); return 0;
  case 174: case 175: case 176: case 177: return 0; /* user and group */
  case 178: return current_thread()->id; /* gettid */
  case 220: return clone_thread(s, pc);
  case 261: return read_limit(s, pc);
  case 278: return give_random(s, pc);
  case 293: case 435: return failed(ENOSYS); /* rseq, clone3: libraries do without */
  default: return unknown_call(s, pc);
  }
}

static u64 answer_any(S *s, u64 pc) {
  static int (*const groups[])(S *, u64, u64 *) = {
    memory_call, path_call, descriptor_call, directory_call, process_call, signal_call, system_info_call,
  };
  u64 found;
  for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
    if (groups[i](s, pc, &found)) return found;
  return answer(s, pc);
}

void linux_call(S *s, u32 number, u64 pc) {
  (void)number;
  u64 found;
  do found = answer_any(s, pc);
  while (deliver_signals(s, pc, &found));
  s->x[0] = found;
}
