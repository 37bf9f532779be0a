#include "harness.h"

/* Threads of Linux without a library, as far as these programs need them. */
enum { SYS_NANOSLEEP = 101, SYS_FUTEX = 98, SYS_CLOCK_GETTIME = 113, SYS_YIELD = 124, SYS_GETTID = 178 };
enum { FUTEX_WAIT = 0, FUTEX_WAKE = 1, FUTEX_CMP_REQUEUE = 4, FUTEX_WAKE_OP = 5, FUTEX_WAIT_BITS = 9, FUTEX_WAKE_BITS = 10 };
/* VM, FS, FILES, SIGHAND, THREAD, SYSVSEM, SETTLS, PARENT_SETTID, CHILD_CLEARTID: as C libraries ask for. */
enum { THREAD_FLAGS = 0x3d0f00 };

static long call6(long number, long a, long b, long c, long d, long e, long f) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  register long x5 __asm__("x5") = f;
  __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory", "cc");
  return x0;
}

static long futex(volatile u32 *word, long operation, u32 value) { return call6(SYS_FUTEX, (long)word, operation, value, 0, 0, 0); }

struct thread {
  volatile u32 tid; /* 0 once it has ended */
  u64 own[4];       /* where tpidr_el0 points */
  u8 stack[16384] __attribute__((aligned(16)));
};

long clone_thread(long flags, void *stack, volatile u32 *parent_tid, void *tls, volatile u32 *child_tid);
__asm__(".text\nclone_thread:\n  mov x8, #220\n  svc #0\n  cbz x0, 1f\n  ret\n"
        "1:ldp x1, x0, [sp], #16\n  mov x29, #0\n  blr x1\n  mov x0, #0\n  mov x8, #93\n  svc #0\n");

static void start(struct thread *t, void (*run)(u64), u64 argument) {
  u64 *top = (u64 *)(t->stack + sizeof t->stack - 16);
  top[0] = (u64)run;
  top[1] = argument;
  t->tid = 1;
  if (clone_thread(THREAD_FLAGS, top, &t->tid, t->own, &t->tid) < 0) print_hex("no thread", argument);
}

static void join(struct thread *t) {
  for (u32 tid; (tid = t->tid);) futex(&t->tid, FUTEX_WAIT, tid);
}

static u64 *own(void) {
  u64 *at;
  __asm__ volatile("mrs %0, tpidr_el0" : "=r"(at));
  return at;
}

static void pause_for(u64 nanoseconds) {
  u64 time[2] = { nanoseconds / 1000000000, nanoseconds % 1000000000 };
  call(SYS_NANOSLEEP, (long)time, 0, 0);
}

/* 0 free, 1 held, 2 held and waited for. */
static void lock(volatile u32 *word) {
  u32 seen = 0;
  if (__atomic_compare_exchange_n(word, &seen, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) return;
  while (__atomic_exchange_n(word, 2, __ATOMIC_ACQUIRE)) futex(word, FUTEX_WAIT, 2);
}

static void unlock(volatile u32 *word) {
  if (__atomic_exchange_n(word, 0, __ATOMIC_RELEASE) == 2) futex(word, FUTEX_WAKE, 1);
}
