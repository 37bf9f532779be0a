#include "threads.h"

/* Two threads, each holding what the other one wants. */
static struct thread other;
static volatile u32 first, second;

static void take_both(u64 unused) {
  lock(&second);
  call(SYS_YIELD, 0, 0, 0);
  lock(&first);
}

static void test(void) {
  lock(&first);
  start(&other, take_both, 0);
  call(SYS_YIELD, 0, 0, 0);
  lock(&second);
}
