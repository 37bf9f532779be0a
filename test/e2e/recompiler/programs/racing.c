#include "threads.h"

/* What is printed depends on where threads are interrupted, to the instruction: it must be the same for all backends. */
enum { THREADS = 4 };
static struct thread threads[THREADS];
static volatile u64 counter, winner, log_hash, flag;
static volatile u32 limbs[THREADS][8];

__attribute__((noinline)) static void note(u64 what) { log_hash = log_hash * 31 + what; }

/* Loses what others add between its load and its store. */
static void add_carelessly(u64 number) {
  for (u64 i = 0; i < 30000 + number * 1000; i++) {
    const u64 seen = counter;
    for (volatile u32 k = 0; k < 3; k++) {}
    counter = seen + 1;
  }
  note(number);
}

/* The thread is interrupted in the middle of a deep recursion, where every caller has something to keep. */
__attribute__((noinline)) static u64 fibonacci(u64 n, u64 number) {
  u64 sum = n;
  for (u64 i = 0; i < 3; i++) sum += i * number;
  if (n < 2) {
    counter = counter + number;
    return sum;
  }
  return sum + fibonacci(n - 1, number) + fibonacci(n - 2, number);
}
static void recurse(u64 number) {
  own()[1] = fibonacci(18, number);
  note(own()[1]);
}

static void compute(u64 number) {
  double sum = (double)number;
  float lanes[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
  for (int i = 1; i < 40000; i++) {
    sum += 1.0 / (double)i;
    lanes[i & 7] += (float)number * 0.5f;
    if (!(i & 1023)) note((u64)i * number);
  }
  for (int i = 0; i < 8; i++) sum += lanes[i];
  __builtin_memcpy(&own()[2], &sum, 8);
}

/* The carry lives in the flags from one round to the next. */
static void add_long(u64 number) {
  u64 a[64], b[64];
  for (u64 i = 0; i < 64; i++) { a[i] = ~0ul - number; b[i] = i; }
  for (int round = 0; round < 3000; round++) {
    u64 *p = a, *q = b, left = 64, x, y;
    __asm__ volatile("adds xzr, xzr, xzr\n1:ldr %3, [%0]\n  ldr %4, [%1], #8\n  adcs %3, %3, %4\n  str %3, [%0], #8\n"
                     "  sub %2, %2, #1\n  cbnz %2, 1b\n"
                     : "+r"(p), "+r"(q), "+r"(left), "=&r"(x), "=&r"(y) : : "memory", "cc");
  }
  for (u64 i = 0; i < 64; i++) own()[3] = own()[3] * 7 + a[i];
}

/* Goes back by register only. */
static void go_round(u64 number) {
  static const void *const places[] = { &&again, &&more, &&done };
  u64 i = 0;
again:
  i++;
more:
  i += 2;
  counter = counter + i;
  goto *places[i > 150000 ? 2 : i & 1];
done:
  note(i);
}

static void spin(u64 number) {
  u64 rounds = 0;
  while (!flag) rounds++;
  note(rounds);
}
static void yield_around(u64 number) {
  u64 rounds = 0;
  for (; !flag; rounds++) call(SYS_YIELD, 0, 0, 0);
  note(rounds);
}
static void sleep_in_order(u64 number) {
  pause_for((5 - number) * 20000000);
  note(number);
}

static void wake_spinners(u64 number) {
  pause_for(3000000);
  flag = 1;
}

static u64 now(void) {
  u64 time[2];
  call(SYS_CLOCK_GETTIME, 1, (long)time, 0);
  return time[0] * 1000000000 + time[1];
}

static void all(const char *name, void (*run)(u64)) {
  counter = log_hash = 0;
  for (u64 i = 0; i < THREADS; i++) start(&threads[i], run, i + 1);
  for (u64 i = 0; i < THREADS; i++) join(&threads[i]);
  print_hex(name, counter);
  print_hex("  log", log_hash);
  u64 sum = 0;
  for (u64 i = 0; i < THREADS; i++) for (u64 j = 0; j < 4; j++) sum = sum * 31 + threads[i].own[j];
  print_hex("  own", sum);
  print_hex("  time", now());
}

static void test(void) {
  all("careless", add_carelessly);
  all("recursion", recurse);
  all("floats", compute);
  all("carry", add_long);
  all("by register", go_round);
  all("slept", sleep_in_order);
  start(&threads[0], spin, 0);
  start(&threads[1], wake_spinners, 0);
  start(&threads[2], yield_around, 0);
  for (int i = 0; i < 3; i++) join(&threads[i]);
  print_hex("spun", log_hash);
  print_hex("  time", now());
}
