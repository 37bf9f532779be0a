#include "harness.h"

/* Files, directories, pipes, processes and signals, as a program without a library asks for them. */
static s64 call5(s64 number, s64 a, s64 b, s64 c, s64 d, s64 e) {
  register s64 x8 __asm__("x8") = number;
  register s64 x0 __asm__("x0") = a;
  register s64 x1 __asm__("x1") = b;
  register s64 x2 __asm__("x2") = c;
  register s64 x3 __asm__("x3") = d;
  register s64 x4 __asm__("x4") = e;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4) : "memory", "cc");
  return x0;
}

enum { HERE = -100, WRITE_NEW = 0101, DIRECTORY = 040000 };
static char buffer[4096];
static volatile u64 signals_seen;

static void on_signal(int number) { signals_seen = signals_seen * 100 + (u64)number; }
__asm__(".global restore\nrestore: mov x8, 139\nsvc 0");
extern void restore(void);

static void files(void) {
  print_hex("mkdir", (u64)call5(34, HERE, (s64)"folder", 0755, 0, 0));
  print_hex("mkdir again", (u64)call5(34, HERE, (s64)"folder", 0755, 0, 0));
  print_hex("chdir", (u64)call5(49, (s64)"folder", 0, 0, 0, 0));
  const s64 fd = call5(56, HERE, (s64)"one", WRITE_NEW, 0644, 0);
  print_hex("write", (u64)call5(64, fd, (s64)"some text", 9, 0, 0));
  print_hex("truncate", (u64)call5(46, fd, 4, 0, 0, 0));
  print_hex("close", (u64)call5(57, fd, 0, 0, 0, 0));
  print_hex("close again", (u64)call5(57, fd, 0, 0, 0, 0));
  print_hex("symlink", (u64)call5(36, (s64)"one", HERE, (s64)"two", 0, 0));
  print_hex("link", (u64)call5(37, HERE, (s64)"one", HERE, (s64)"three", 0));
  print_hex("rename", (u64)call5(38, HERE, (s64)"three", HERE, (s64)"four", 0));
  print_hex("readlink", (u64)call5(78, HERE, (s64)"two", (s64)buffer, 100, 0));
  print_hex("access", (u64)call5(48, HERE, (s64)"missing", 0, 0, 0));
  print_hex("stat", (u64)call5(79, HERE, (s64)"four", (s64)buffer, 0, 0));
  print_hex("mode", *(u32 *)(buffer + 16));
  print_hex("links", *(u32 *)(buffer + 20));
  print_hex("size", *(u64 *)(buffer + 48));
}

/* Whatever order the entries come in, their names add up. */
static void directory(void) {
  const s64 fd = call5(56, HERE, (s64)".", DIRECTORY, 0, 0);
  u64 sum = 0, count = 0;
  for (s64 got; (got = call5(61, fd, (s64)buffer, 64, 0, 0)) > 0;)
    for (s64 at = 0; at < got; at += *(u16 *)(buffer + at + 16), count++)
      for (const char *name = buffer + at + 19; *name; name++) sum += (u64)*name * 31 + (u64)buffer[at + 18];
  print_hex("entries", count);
  print_hex("names", sum);
  call5(57, fd, 0, 0, 0, 0);
  const char *const all[] = { "one", "two", "four" };
  for (int i = 0; i < 3; i++) print_hex("unlink", (u64)call5(35, HERE, (s64)all[i], 0, 0, 0));
  call5(49, (s64)"..", 0, 0, 0, 0);
  print_hex("rmdir", (u64)call5(35, HERE, (s64)"folder", 0x200, 0, 0));
}

static void processes(void) {
  int ends[2], status = 0;
  print_hex("pipe", (u64)call5(59, (s64)ends, 0, 0, 0, 0));
  const s64 child = call5(220, 17, 0, 0, 0, 0);
  if (child == 0) {
    call5(57, ends[0], 0, 0, 0, 0);
    call5(64, ends[1], (s64)"from the child", 14, 0, 0);
    call5(93, 42, 0, 0, 0, 0);
  }
  call5(57, ends[1], 0, 0, 0, 0);
  u64 got = 0;
  for (s64 n; (n = call5(63, ends[0], (s64)(buffer + got), 100, 0, 0)) > 0;) got += (u64)n;
  print_hex("read", got);
  print_hex("first", (u64)buffer[0]);
  print_hex("the child it waits for", (u64)(call5(260, child, (s64)&status, 0, 0, 0) == child));
  print_hex("status", (u64)status);
  print_hex("none is left", (u64)call5(260, -1, (s64)&status, 0, 0, 0));
}

static void signals(void) {
  const u64 action[4] = { (u64)on_signal, 0x04000000, (u64)restore, 0 };
  const u64 self = (u64)call5(172, 0, 0, 0, 0, 0), one = 1ull << 9;
  print_hex("action", (u64)call5(134, 10, (s64)action, 0, 8, 0));
  call5(134, 12, (s64)action, 0, 8, 0);
  call5(129, (s64)self, 10, 0, 0, 0);
  print_hex("seen", signals_seen);
  call5(135, 0, (s64)&one, 0, 8, 0);
  call5(129, (s64)self, 10, 0, 0, 0);
  call5(129, (s64)self, 12, 0, 0, 0);
  print_hex("one is blocked", signals_seen);
  call5(135, 1, (s64)&one, 0, 8, 0);
  print_hex("and comes later", signals_seen);
}

static void test(void) {
  files();
  directory();
  processes();
  signals();
}
